package backend

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jlaffaye/ftp"
)

// wire owns a control connection. One goroutine reads it and hands each reply to
// the command that it answers: replies come in the order of the commands
// (RFC 959 5.4), so the oldest command that is still owed one gets it. A command
// whose caller gave up stays in the queue, and its late reply goes nowhere.
type wire struct {
	conn    net.Conn
	o       Options
	tracing sync.Mutex

	gone  context.Context // ends with the control connection, for whatever reason
	leave context.CancelFunc
	lost  chan struct{} // closed when it ended other than by close

	mu       sync.Mutex
	cause    error       // why it ended; nil while it lives
	farewell Reply       // the last 421, or other reply that nobody had asked for
	leaving  bool        // QUIT is out: the connection's end is no loss
	pending  []*exchange // sent, their final reply is owed
	primed   map[string]Reply
	call     *call
}

// call is one method of the session at work.
type call struct {
	ctx  context.Context
	verb string // the command that the method stands for; other ones are the library's own
	wait time.Duration

	shown Reply // the last reply to verb
	last  Reply // the last reply to anything
}

// exchange is one command and its replies: one, or for a transfer a preliminary
// and a final one, which may both be in before anybody looks.
type exchange struct {
	verb    string
	begun   bool // the preliminary reply has come; the reading goroutine's
	swallow bool
	rewrite func(Reply) Reply
	replies chan Reply
	err     error // instead of any reply
}

func newExchange(verb string) *exchange {
	return &exchange{verb: verb, replies: make(chan Reply, 2)}
}

// final tells whether r ends the exchange. A transfer has one preliminary reply
// at most: Pure-FTPd ends an aborted one with a second 150.
func (ex *exchange) final(r Reply) bool {
	switch {
	case r.Code/100 != 1:
		return true
	case ex.verb == "RETR" || ex.verb == "STOR":
		return ex.begun
	}
	return true
}

func newWire(conn net.Conn, o Options) *wire {
	w := &wire{conn: conn, o: o, lost: make(chan struct{}), primed: make(map[string]Reply)}
	w.gone, w.leave = context.WithCancel(context.Background())
	return w
}

// read hands out the replies until the connection ends, or until TLS begins on
// it.
func (w *wire) read() {
	in := newReplyReader(w.conn)
	for {
		r, err := in.next()
		if err != nil {
			w.end(fmt.Errorf("%w: %w", ErrLost, err), true)
			return
		}
		w.trace(false, r.Lines...)
		secured := r.Code == ftp.StatusAuthOK && w.owes(authVerb)
		if secured && in.more() {
			// In the clear, yet it would pass for a reply on the protected connection.
			w.end(fmt.Errorf("%w: %w: bytes after the reply to AUTH", ErrLost, ErrMalformed), true)
			return
		}
		w.deliver(r)
		if secured {
			return
		}
	}
}

// owes tells whether the next reply is to a command verb.
func (w *wire) owes(verb string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.pending) > 0 && w.pending[0].verb == verb
}

// replace goes on with another connection on top of the present one, which
// nobody reads.
func (w *wire) replace(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
}

// deliver gives a reply to the command that is owed it.
func (w *wire) deliver(r Reply) {
	w.mu.Lock()
	if len(w.pending) == 0 {
		// pyftpdlib says 421 when the data port of a PASV has expired, and stays.
		w.farewell = r
		if r.Code == 421 {
			delete(w.primed, "PASV")
		}
		w.mu.Unlock()
		return
	}
	w.farewell = Reply{}
	ex := w.pending[0]
	if ex.verb == "CONNECT" && r.Code == 120 {
		w.mu.Unlock() // RFC 959 5.4: a 220 follows
		return
	}
	final := ex.final(r)
	if final {
		w.pending = w.pending[1:]
	}
	ex.begun = true
	w.mu.Unlock()

	if final && ex.swallow {
		return
	}
	if ex.rewrite != nil {
		r = ex.rewrite(r)
	}
	w.hand(ex, r)
}

// hand gives a reply to whoever waits for it. A 421 ends the connection: one
// that crosses a command cannot be told from its answer, and after it every
// reply would be one command late.
func (w *wire) hand(ex *exchange, r Reply) {
	ex.replies <- r
	if r.Code == 421 {
		w.mu.Lock()
		w.farewell = r
		w.mu.Unlock()
		w.end(fmt.Errorf("%w: %w", ErrLost, refusal(r)), true)
	}
}

// send sends a command, or does with it what a fault says. The outcome, also
// that nothing was sent, is in the exchange.
func (w *wire) send(c *call, line string) *exchange {
	verb, arg, _ := strings.Cut(line, " ")
	ex := newExchange(verb)
	if r, ok := w.replay(line); ok {
		ex.replies <- r
		return ex
	}
	if verb == "PASS" {
		arg = "****"
	}
	if verb == c.verb {
		iv := w.before(c.ctx, verb, arg)
		if ex.err = c.ctx.Err(); ex.err == nil {
			ex.err = iv.Err
		}
		if ex.err != nil {
			return ex
		}
		if iv.Answer != nil {
			w.hand(ex, *iv.Answer)
			return ex
		}
		ex.swallow, ex.rewrite = iv.Swallow, iv.Rewrite
	}
	if !w.expect(ex) {
		return ex
	}
	if verb == "PASS" {
		w.trace(true, "PASS "+arg)
	} else {
		w.trace(true, line)
	}
	w.write(c, line)
	return ex
}

// expect puts an exchange into the queue.
func (w *wire) expect(ex *exchange) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ex.err = w.cause; ex.err != nil {
		return false
	}
	w.pending = append(w.pending, ex)
	return true
}

// write puts one line on the wire. One that fails is half a line, which ends the
// connection.
func (w *wire) write(c *call, line string) {
	w.conn.SetWriteDeadline(time.Now().Add(w.o.ReplyWait)) // an error shows in the Write
	stop := context.AfterFunc(c.ctx, func() { w.conn.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := w.conn.Write([]byte(line + "\r\n")); err != nil {
		w.end(fmt.Errorf("%w: %w", ErrLost, err), true)
	}
}

// receive waits for the next reply of an exchange. A caller that gives up by its
// context leaves a server in an unknown state, so that ends the connection; after
// a time-out it goes on.
func (w *wire) receive(ex *exchange) (Reply, error) {
	w.mu.Lock()
	c := w.call
	wait := c.wait
	w.mu.Unlock()
	r, err := w.await(c.ctx, wait, ex)
	if err != nil {
		return Reply{}, err
	}
	c.last = r
	if ex.verb == c.verb {
		c.shown = r
	}
	return r, nil
}

func (w *wire) await(ctx context.Context, wait time.Duration, ex *exchange) (Reply, error) {
	if ex.err != nil {
		return Reply{}, ex.err
	}
	limit := time.NewTimer(wait)
	defer limit.Stop()
	select {
	case r := <-ex.replies:
		return r, nil
	case <-limit.C:
		return Reply{}, fmt.Errorf("%w: no reply to %s within %v", ErrTimeout, ex.verb, wait)
	case <-ctx.Done():
		err := fmt.Errorf("waiting for the reply to %s: %w", ex.verb, ctx.Err())
		w.end(fmt.Errorf("%w: gave up %w", ErrLost, err), true)
		return Reply{}, err
	case <-w.gone.Done():
	}
	select {
	case r := <-ex.replies: // the last one, and then the end
		return r, nil
	default:
		return Reply{}, w.why()
	}
}

// begin makes c the call on whose account commands go out and replies are awaited.
func (w *wire) begin(c *call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.call = c
}

func (w *wire) current() *call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.call
}

// limit changes how long the current call waits for a reply.
func (w *wire) limit(wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.call.wait = wait
}

// prime keeps a reply for the moment when the library sends this very line.
func (w *wire) prime(line string, r Reply) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.primed[line] = r
}

// replay takes the reply that was kept for a line, once.
func (w *wire) replay(line string) (Reply, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, ok := w.primed[line]
	delete(w.primed, line)
	return r, ok
}

func (w *wire) isPrimed(line string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.primed[line]
	return ok
}

// before asks the owner of the faults; the question dies with the connection.
func (w *wire) before(ctx context.Context, verb, arg string) Intervention {
	ctx, cancel := w.bound(ctx)
	defer cancel()
	return w.o.Before(ctx, verb, arg)
}

// bound returns a context that ends with ctx and with the connection.
func (w *wire) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(w.gone, cancel)
	return ctx, func() { stop(); cancel() }
}

func (w *wire) trace(out bool, lines ...string) {
	w.tracing.Lock()
	defer w.tracing.Unlock()
	for _, line := range lines {
		w.o.Trace(out, line)
	}
}

// end closes the connection; only the first cause counts.
func (w *wire) end(cause error, lost bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cause != nil {
		return
	}
	w.cause = cause
	if lost && !w.leaving {
		close(w.lost)
	}
	w.leave()
	w.conn.Close() // nothing is owed to anybody any more
}

func (w *wire) why() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

func (w *wire) farewellReply() Reply {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.farewell
}

// depart makes the coming end of the connection no loss.
func (w *wire) depart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leaving = true
}
