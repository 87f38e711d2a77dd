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
	pieceMax  = 4096                   // bytes that are encoded at once, so that a far end that asks for silence gets it soon
	parcelMax = 64                     // parcels that wait while the far end takes nothing; then its own bytes wait too
	halfClose = 500 * time.Millisecond // how long output may pause after the far end has sent its last, before the connection ends
)

// far is the far end of a connection.
type far interface {
	io.WriteCloser          // Close ends a Write and a next that wait
	next() ([]Event, error) // waits for what the far end does; bytes as they travel
}

// A connection leads to one host, from its Open to its Close. It is the writer of its Open event.
type connection struct {
	port  *streamPort
	far   far
	proto protocol
	pause *pause // nil: it cannot pause
	name  string // of the far end
	// farewell is the notice at the end, which came by an error or, nil, in good order; "" is none.
	farewell func(err error) string
	done     chan struct{} // closed once its Close was told

	writing sync.Mutex // one Write at a time; taken before port.mu

	// port.mu guards these.
	out      []parcel
	owed     bool      // the circuits have changed and were not posted
	posted   int       // parcels, ever
	sent     int       // parcels, ever
	last     time.Time // when the last was sent, or the far end finished
	failed   error     // why nothing can be sent any more
	finished bool      // the far end has sent its last
	hurried  bool      // it is not waited for then
	graceEnd time.Time // of the last who waited for its end
	over     bool      // its Close was told
}

// A parcel sends something whole, which may take until the far end takes it. port.mu is not held.
type parcel func() error

// device is a far end with circuits and a speed of its own.
type device interface {
	SetSignals(Signals)
	SetSpeed(baud int) error
}

// speeder is a protocol that sets the speed of a line behind the connection.
type speeder interface {
	setSpeed(baud int) []byte
}

// Write is that of an Open event's Host.
func (c *connection) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	for n := 0; ; {
		switch {
		case c.port.ending:
			return n, net.ErrClosed
		case n == len(b) || c.deaf():
			return len(b), nil
		}
		piece := b[n:min(len(b), n+pieceMax)]
		c.postBytes(slices.Clone(c.proto.encode(piece)))
		for ticket := c.posted; c.sent < ticket && !c.deaf() && !c.port.ending; {
			c.port.moved.Wait()
		}
		if !c.port.ending {
			n += len(piece)
		}
	}
}

// deaf: what is written now is dropped.
func (c *connection) deaf() bool { return c.over || c.failed != nil }

// post puts a parcel behind those that wait; port.mu is held.
func (c *connection) post(p parcel) {
	c.posted++
	c.out = append(c.out, p)
	c.port.moved.Broadcast()
}

// postBytes posts bytes as they travel. All that a protocol says is posted as it says it, so that nothing older comes behind it; port.mu is held.
func (c *connection) postBytes(p []byte) {
	if len(p) > 0 {
		c.post(func() error { _, err := c.far.Write(p); return err })
	}
}

// postSignals posts the circuits. While the far end wants silence, or much waits for it, they are owed, and it will learn the last of them alone; port.mu is
// held.
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
		c.postBytes(c.proto.(speeder).setSpeed(baud))
		return
	}
	c.post(func() error {
		if err := line.SetSpeed(baud); err != nil && !portClosed(err) {
			c.port.tell(Event{Kind: Notice, Text: fmt.Sprintf("%s: it does not take %d baud: %v", c.name, baud, err)})
		}
		return nil
	})
}

// send sends parcels until the connection is over, and what is left of them when the port is closed.
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
			if c.failed == nil { // else watch has closed it, which says less
				c.failed = err
			}
			c.port.moved.Broadcast()
			return
		}
		c.sent++
		c.last = time.Now()
		c.port.moved.Broadcast()
	}
}

// waits reports whether nothing can be sent now. Silence is for as many parcels as are held: who asks for more answers meanwhile gets them, or nobody would
// read when it ends.
func (c *connection) waits() bool {
	if len(c.out) == 0 {
		return !c.port.ending
	}
	return c.proto.held() && len(c.out) < parcelMax
}

// sendFirst is called with port.mu held, and lets go of it while the far end takes the parcel.
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

// hangUp ends the output. Where the input goes on, it is read to its end, since a socket that is closed before destroys what its far end has not read.
func (c *connection) hangUp() {
	if half, ok := c.far.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		return
	}
	_ = c.far.Close()
}

// run reads until the far end has closed, or the connection was lost, and tells that.
func (c *connection) run() {
	err := c.read()
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	if err == nil && c.pause != nil { // a serial device has no half
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
	_ = c.far.Close() // why it ended has been told
}

// read reads until the end of input, nil, or an error. It does not read while Next has much to take, nor while the far end does not take its answers.
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

// take tells what the far end did, and answers it.
func (c *connection) take(events []Event) {
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	for _, e := range events {
		if e.Kind != Data {
			c.port.events.push(e)
			continue
		}
		told, answer := c.proto.receive(e.Data)
		for _, e := range told {
			if e.Kind == Notice {
				e.Text = c.name + ": " + e.Text
			}
			c.port.events.push(e)
		}
		c.postBytes(answer)
		if c.owed {
			c.postSignals()
		}
		c.port.moved.Broadcast() // the far end may have ended its silence
	}
}

// awaitQuiet lets a far end that has sent its last (printf 'AT\r' | nc -N) read the answers: until there was no output for halfClose, or another waits for
// its place, or it has closed altogether, which over TCP only output finds out. port.mu is held.
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

// hungUp reports whether the far end takes no output any more. What is being sent is waited for, since it may have learned why.
func (c *connection) hungUp() bool { return c.sent == c.posted && hungUp(c.pause.socket) }

// hurry lets the connection end as soon as the far end has sent its last; port.mu is held.
func (c *connection) hurry() {
	c.hurried = true
	c.port.moved.Broadcast()
}

// leaving reports whether the far end has sent its last, though it may not be read yet; port.mu is held.
func (c *connection) leaving() bool {
	return c.finished || c.pause != nil && sentLast(c.pause.socket)
}

// cause is the error that ended the connection; nil: its far end closed it. The kernel tells an error once, to the reader or to the writer. A broken pipe
// says no more than that the far end has closed.
func (c *connection) cause(err error) error {
	if (err == nil || portClosed(err)) && c.failed != nil && !errors.Is(c.failed, syscall.EPIPE) {
		return c.failed
	}
	return err
}

// watch ends a connection that the kernel would hold on to though its peer is gone.
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

// reason is the innermost part of a network error, which is long and names addresses that the reader knows.
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

// socketFar is the far end of a socket.
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

// CloseWrite ends the output alone.
func (f *socketFar) CloseWrite() error {
	half, ok := f.Conn.(interface{ CloseWrite() error })
	if !ok {
		return fmt.Errorf("%T has no half: %w", f.Conn, errors.ErrUnsupported)
	}
	return half.CloseWrite()
}
