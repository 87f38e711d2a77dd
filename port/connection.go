package port

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	pieceMax  = 4096                   // bytes encoded at once; small, for silence to begin soon
	parcelMax = 64                     // queued parcels from which on the far end is not read
	halfClose = 500 * time.Millisecond // see awaitQuiet
)

// far is the far end of a connection.
type far interface {
	io.WriteCloser          // Close ends a waiting Write and a waiting next
	next() ([]Event, error) // waits for events of the far end; Data holds bytes as they travel
}

// A connection is the link to one host, from its Open to its Close. It is the Host of its Open
// event.
type connection struct {
	port  *streamPort
	far   far
	proto protocol
	pause *pause // nil if the reader cannot be interrupted
	name  string // of the far end
	// farewell returns the notice for the end of the connection, "" for none. err is nil if the far
	// end closed it.
	farewell func(err error) string
	done     chan struct{} // closed once the Close event was sent

	writing sync.Mutex // one Write at a time; taken before port.mu

	// port.mu guards these.
	out      []parcel
	owed     bool      // the circuits have changed and were not posted yet
	posted   int       // number of parcels so far
	sent     int       // number of parcels so far
	last     time.Time // when the last parcel was sent, or the far end finished
	failed   error     // why nothing can be sent any more
	finished bool      // the far end has shut down its output
	hurried  bool      // end without awaitQuiet once finished
	graceEnd time.Time // until when a later host waits for the end of this one
	over     bool      // the Close event was sent
}

// A parcel sends one piece of output and blocks until the far end has taken it. It runs without
// port.mu.
type parcel func() error

// device is a far end with circuits and a speed of its own.
type device interface {
	SetSignals(Signals)
	SetSpeed(baud int) error
}

// speedProtocol is a protocol that can set the speed of a line behind the connection.
type speedProtocol interface {
	setSpeed(baud int) []byte
}

// Write implements the Host of an Open event.
func (c *connection) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	for n := 0; ; {
		switch {
		case c.port.ending:
			return n, net.ErrClosed
		case n == len(b) || c.dropsOutput():
			return len(b), nil
		}
		piece := b[n:min(len(b), n+pieceMax)]
		c.postBytes(slices.Clone(c.proto.encode(piece)))
		for ticket := c.posted; c.sent < ticket && !c.dropsOutput() && !c.port.ending; {
			c.port.moved.Wait()
		}
		if !c.port.ending {
			n += len(piece)
		}
	}
}

// dropsOutput reports whether further output is dropped.
func (c *connection) dropsOutput() bool { return c.over || c.failed != nil }

// post appends a parcel to the queue; port.mu is held.
func (c *connection) post(p parcel) {
	c.posted++
	c.out = append(c.out, p)
	c.port.moved.Broadcast()
}

// postBytes posts bytes that a protocol has encoded; port.mu is held. It must be called before the
// protocol encodes anything else, or output would be sent out of order.
func (c *connection) postBytes(p []byte) {
	if len(p) > 0 {
		c.post(func() error { _, err := c.far.Write(p); return err })
	}
}

// postSignals posts the state of the circuits; port.mu is held. While the far end wants silence, or
// the queue is long, only the latest state is kept and sent later.
func (c *connection) postSignals() {
	c.owed = c.proto.held() || len(c.out) >= parcelMax
	if c.owed {
		return
	}
	s := c.port.signals
	if line, is := c.far.(device); is {
		c.post(func() error { line.SetSignals(s); return nil })
		return
	}
	c.postBytes(c.proto.signal(s))
}

// postSpeed posts the speed of the line; port.mu is held.
func (c *connection) postSpeed(baud int) {
	line, is := c.far.(device)
	if !is {
		c.postBytes(c.proto.(speedProtocol).setSpeed(baud))
		return
	}
	c.post(func() error {
		if err := line.SetSpeed(baud); err != nil && !portClosed(err) {
			c.port.report(Event{Kind: Notice, Text: fmt.Sprintf("%s: it refuses %d baud: %v", c.name, baud, err)})
		}
		return nil
	})
}

// send sends parcels until the connection is over. When the port is closed, it first sends the rest
// of the queue.
func (c *connection) send() {
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	for {
		for c.waits() && !c.over {
			c.port.moved.Wait()
		}
		if c.over {
			return
		}
		if len(c.out) == 0 {
			c.hangUp()
			return
		}
		if err := c.sendFirst(); err != nil {
			c.failSend(err)
			return
		}
		c.sent++
		c.last = time.Now()
		c.port.moved.Broadcast()
	}
}

// failSend ends sending. A far end that takes no more may still have something to say. After any
// other error it waits for bytes that are lost, so the connection ends, which it sees.
func (c *connection) failSend(err error) {
	if c.failed == nil { // otherwise watch has closed it and knows the reason
		c.failed = err
	}
	c.port.moved.Broadcast()
	if !hostGone(err) {
		_ = c.far.Close() // err is the one to report
	}
}

// waits reports whether nothing can be sent now. A far end that asked for silence gets it until the
// queue is full: from then on it is not read, so its request to end the silence could not arrive.
func (c *connection) waits() bool {
	if len(c.out) == 0 {
		return !c.port.ending
	}
	return c.proto.held() && len(c.out) < parcelMax
}

// sendFirst sends the first parcel of the queue. port.mu is held, but not while the far end takes
// it.
func (c *connection) sendFirst() error {
	send := c.out[0]
	c.out = c.out[1:]
	if c.owed {
		c.postSignals()
	}
	c.port.mu.Unlock()
	defer c.port.mu.Lock()
	return send()
}

// hangUp ends the output. Where possible it leaves the input open, to be read to its end: closing a
// socket with unread input resets the connection, and the far end would lose output that it has not
// read.
func (c *connection) hangUp() {
	if half, ok := c.far.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		return
	}
	_ = c.far.Close()
}

// run reads until the far end has closed or the connection is lost, and then sends the Close event.
func (c *connection) run() {
	err := c.read()
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	if err == nil && c.pause != nil { // a serial device cannot be half closed
		c.awaitQuiet()
	}
	c.over = true
	c.port.conn = nil
	if !c.port.ending {
		if text := c.farewell(c.cause(err)); text != "" {
			c.port.events.push(Event{Kind: Notice, Text: text})
		}
		c.port.events.push(Event{Kind: Close})
	}
	c.port.moved.Broadcast()
	close(c.done)
	_ = c.far.Close() // the notice has given the reason
}

// read reads until the end of input, when it returns nil, or until an error. It pauses while many
// events wait for Next, and while the far end does not take its answers.
func (c *connection) read() error {
	for c.awaitTurn() {
		events, err := c.far.next()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.rest()
			continue
		}
		c.take(events)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return net.ErrClosed
}

func (c *connection) rest() {
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	c.pause.answer()
}

func (c *connection) awaitTurn() bool {
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	for len(c.out) >= parcelMax && c.failed == nil && !c.port.ending {
		c.port.moved.Wait()
	}
	return c.port.awaitRoom()
}

// take passes on the events of the far end and sends the protocol's answers.
func (c *connection) take(events []Event) {
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	for _, e := range events {
		if e.Kind != Data {
			c.port.events.push(e)
			continue
		}
		decoded, answer := c.proto.receive(e.Data)
		for _, e := range decoded {
			if e.Kind == Notice {
				e.Text = c.name + ": " + e.Text
			}
			c.port.events.push(e)
		}
		c.postBytes(answer)
		if c.owed {
			c.postSignals()
		}
		c.port.moved.Broadcast() // the far end may no longer want silence
	}
}

// awaitQuiet lets a far end that has shut down its output (printf 'AT\r' | nc -N) read the answers.
// It returns when there was no output for halfClose, when another host waits, or when the far end
// has closed altogether, which over TCP shows only when output fails. port.mu is held.
func (c *connection) awaitQuiet() {
	c.finished = true
	c.last = time.Now()
	c.port.moved.Broadcast()
	for !c.hurried && c.failed == nil && !c.port.ending && !c.hungUp() {
		rest := time.Until(c.last.Add(halfClose))
		if rest <= 0 {
			return
		}
		limit := time.AfterFunc(rest, c.port.wake)
		c.port.moved.Wait()
		limit.Stop()
	}
}

// hungUp reports whether the far end takes no more output. It is false while output is under way,
// whose error may say why.
func (c *connection) hungUp() bool { return c.sent == c.posted && hungUp(c.pause.socket) }

// hurry makes the connection end as soon as the far end has shut down its output; port.mu is held.
func (c *connection) hurry() {
	c.hurried = true
	c.port.moved.Broadcast()
}

// leaving reports whether the far end has shut down its output, even if some of it is unread;
// port.mu is held.
func (c *connection) leaving() bool {
	return c.finished || c.pause != nil && sentLast(c.pause.socket)
}

// cause returns the error that ended the connection, or nil if its far end closed it. The kernel
// reports an error once, to the reader or to the writer, so both are considered. A broken pipe
// means only that the far end has closed.
func (c *connection) cause(err error) error {
	if (err == nil || portClosed(err)) && c.failed != nil && !errors.Is(c.failed, syscall.EPIPE) {
		return c.failed
	}
	return err
}

// watch ends a connection whose peer is gone though the kernel would keep it.
func (c *connection) watch() {
	if !awaitSilence(c.pause.socket, c.done) {
		return
	}
	c.port.mu.Lock()
	c.failed = errSilent
	c.port.moved.Broadcast()
	c.port.mu.Unlock()
	_ = c.far.Close()
}

// reason returns the innermost part of a network error. The rest is long and names addresses that
// the reader knows.
func reason(err error) error {
	for {
		switch e := err.(type) {
		case *net.OpError:
			err = e.Err
		case *os.SyscallError:
			err = e.Err
		default:
			return err
		}
	}
}

// socketFar is a far end that is reached by a socket.
type socketFar struct {
	net.Conn
	buf []byte
}

func newSocketFar(c net.Conn) *socketFar { return &socketFar{c, make([]byte, pieceMax)} }

func (f *socketFar) next() ([]Event, error) {
	n, err := f.Read(f.buf)
	if n == 0 {
		return nil, err
	}
	return []Event{{Kind: Data, Data: f.buf[:n]}}, err
}

// CloseWrite ends the output and leaves the input open.
func (f *socketFar) CloseWrite() error {
	half, ok := f.Conn.(interface{ CloseWrite() error })
	if !ok {
		return fmt.Errorf("%T cannot be half closed: %w", f.Conn, errors.ErrUnsupported)
	}
	return half.CloseWrite()
}
