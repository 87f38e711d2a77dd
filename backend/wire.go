package backend

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jlaffaye/ftp"
)

// wire owns a control connection. One goroutine reads it and hands each reply
// to the command that it answers: replies come in the order of the commands
// (RFC 959 5.4), so a reply belongs to the oldest command that has none yet. A
// command whose caller gave up stays in the queue, and its late reply is
// dropped.
type wire struct {
	conn    net.Conn
	o       Options
	tracing sync.Mutex

	gone  context.Context // done when the control connection has ended, for whatever reason
	leave context.CancelFunc
	lost  chan struct{} // closed when it ended without Close or Quit

	mu       sync.Mutex
	cause    error       // why it ended; nil while it lives
	farewell Reply       // the last 421 or other unsolicited reply
	leaving  bool        // QUIT was sent: the end of the connection is not a loss
	pending  []*exchange // sent and waiting for their final reply
	primed   map[string]Reply
	call     *call
}

// call is a running method of the session.
type call struct {
	ctx  context.Context
	verb string // the command that the method stands for; the library may send others
	wait time.Duration

	shown Reply // the last reply to verb
	last  Reply // the last reply to anything
}

// exchange is one command and its replies: one, or for a transfer a preliminary
// and a final one, both of which may come before anybody reads them.
type exchange struct {
	verb    string
	begun   bool // the preliminary reply has come; used by the reading goroutine alone
	swallow bool
	rewrite func(Reply) Reply
	last    func(context.Context, Reply) (Reply, bool) // see Intervention.Final
	agreed  bool                                       // the preliminary reply was received
	replies chan Reply
	err     error // instead of any reply
}

func newExchange(verb string) *exchange {
	return &exchange{verb: verb, replies: make(chan Reply, 2)}
}

// final reports whether r ends the exchange. A transfer has at most one
// preliminary reply: Pure-FTPd ends an aborted one with a second 150.
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

// read reads and delivers replies until the connection ends, or until TLS
// begins on it.
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
			// These bytes came unprotected, but would pass for a reply on the protected connection.
			w.end(fmt.Errorf("%w: %w: bytes after the reply to AUTH", ErrLost, ErrMalformed), true)
			return
		}
		w.deliver(r)
		if secured {
			return
		}
	}
}

// owes reports whether the next reply belongs to the command verb.
func (w *wire) owes(verb string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.pending) > 0 && w.pending[0].verb == verb
}

// replace switches to another connection on top of the current one, which
// nobody may read.
func (w *wire) replace(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
}

// deliver passes a reply to the command that it answers.
func (w *wire) deliver(r Reply) {
	w.mu.Lock()
	if len(w.pending) == 0 {
		// pyftpdlib sends 421 when the data port of a PASV has expired, and keeps the connection.
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
		instead := ex.rewrite(r)
		w.traceChange(r, instead)
		r = instead
	}
	w.hand(ex, r)
}

// traceChange traces a reply that a fault has put in the place of another.
func (w *wire) traceChange(from, to Reply) {
	if !slices.Equal(from.Lines, to.Lines) {
		w.trace(false, to.Lines...)
	}
}

// hand passes a reply to whoever waits for it. A 421 ends the connection: one
// that crosses a command looks like its answer, and after it every reply would
// be one command late.
func (w *wire) hand(ex *exchange, r Reply) {
	ex.replies <- r
	w.heed(r)
}

// heed ends the connection after a 421.
func (w *wire) heed(r Reply) {
	if r.Code == 421 {
		w.mu.Lock()
		w.farewell = r
		w.mu.Unlock()
		w.end(fmt.Errorf("%w: %w", ErrLost, refusal(r)), true)
	}
}

// send sends a command, or does with it what a fault says. The exchange holds
// the outcome, including that nothing was sent.
func (w *wire) send(c *call, line string) *exchange {
	verb, arg, _ := strings.Cut(line, " ")
	ex := newExchange(verb)
	if r, ok := w.replay(line); ok {
		ex.replies <- r
		return ex
	}
	shown := line
	if verb == "PASS" {
		arg, shown = "****", "PASS ****"
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
			w.trace(true, shown)
			w.trace(false, iv.Answer.Lines...)
			w.hand(ex, *iv.Answer)
			return ex
		}
		ex.swallow, ex.rewrite, ex.last = iv.Swallow, iv.Rewrite, iv.Final
	}
	if !w.expect(ex) {
		return ex
	}
	w.trace(true, shown)
	w.write(c, line)
	return ex
}

// expect appends an exchange to the queue. It returns false if the connection has ended.
func (w *wire) expect(ex *exchange) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ex.err = w.cause; ex.err != nil {
		return false
	}
	w.pending = append(w.pending, ex)
	return true
}

// write sends one line. If that fails, half a line may have been sent, so it
// ends the connection.
func (w *wire) write(c *call, line string) {
	w.conn.SetWriteDeadline(time.Now().Add(w.o.ReplyWait)) // an error shows in the Write
	stop := context.AfterFunc(c.ctx, func() { w.conn.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := w.conn.Write([]byte(line + "\r\n")); err != nil {
		w.end(fmt.Errorf("%w: %w", ErrLost, err), true)
	}
}

// receive waits for the next reply of an exchange. If the caller's context ends
// first, the server is in an unknown state and the connection is closed; after
// a timeout it goes on.
func (w *wire) receive(ex *exchange) (Reply, error) {
	w.mu.Lock()
	c := w.call
	wait := c.wait
	w.mu.Unlock()
	r, err := w.await(c.ctx, wait, ex)
	if err == nil && ex.last != nil {
		r, err = w.conclude(c, wait, ex, r)
	}
	if err != nil {
		return Reply{}, err
	}
	c.last = r
	if ex.verb == c.verb {
		c.shown = r
	}
	return r, nil
}

// conclude returns what a fault makes of the reply at the end of a transfer's data.
func (w *wire) conclude(c *call, wait time.Duration, ex *exchange, r Reply) (Reply, error) {
	if !ex.agreed {
		ex.agreed = r.Code/100 == 1
		return r, nil
	}
	ctx, cancel := w.bound(c.ctx)
	defer cancel()
	instead, comes := ex.last(ctx, r)
	if !comes {
		return w.await(c.ctx, wait, ex)
	}
	w.traceChange(r, instead)
	w.heed(instead)
	return instead, nil
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
	case r := <-ex.replies: // a last reply before the end
		return r, nil
	default:
		return Reply{}, w.why()
	}
}

// begin makes c the current call, to which commands and replies belong.
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

// prime keeps a reply for when the library sends this very line.
func (w *wire) prime(line string, r Reply) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.primed[line] = r
}

// replay returns and forgets the reply that was kept for a line.
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

// before calls Options.Before, with a context that ends with the connection.
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

// end closes the connection. Only the first call and its cause count.
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
	w.conn.Close() // an error does not matter any more
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

// expectEnd makes the coming end of the connection count as intended, not as a loss.
func (w *wire) expectEnd() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leaving = true
}
