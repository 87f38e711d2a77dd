package port

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// streamPort is what ports with one connection at a time have in common: the events for Next, the
// circuits that the modem drives, and the current connection.
type streamPort struct {
	life  context.Context // ends when Close begins
	kill  context.CancelFunc
	ended sync.WaitGroup // all goroutines

	reader dataReader

	mu      sync.Mutex
	moved   *sync.Cond // signals a change of any field below
	events  queue
	full    bool // the connection is not read until half of the events were taken
	signals Signals
	conn    *connection // nil if there is none
	ending  bool        // Close has begun
}

func (p *streamPort) init() {
	p.life, p.kill = context.WithCancel(context.Background())
	p.moved = sync.NewCond(&p.mu)
	p.events = newQueue(&p.mu)
}

// Next implements [Lines].
func (p *streamPort) Next() (Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, err := p.events.next()
	if p.full && p.events.cost < pendingMax/2 {
		p.full = false
		p.moved.Broadcast()
	}
	return e, err
}

// Read returns what the hosts wrote and drops every other event. Use either Read or Next. At the
// end it returns io.EOF.
func (p *streamPort) Read(b []byte) (int, error) { return p.reader.read(p, b) }

// Write writes to the host that is connected, as the Host of its Open event does. Without a host
// the bytes are dropped.
func (p *streamPort) Write(b []byte) (int, error) {
	p.mu.Lock()
	c, ending := p.conn, p.ending
	p.mu.Unlock()
	switch {
	case ending:
		return 0, net.ErrClosed
	case c == nil:
		return len(b), nil
	}
	return c.Write(b)
}

// SetSignals implements [Lines].
func (p *streamPort) SetSignals(s Signals) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signals = s
	if p.conn != nil {
		p.conn.postSignals()
	}
}

// awaitRoom waits until there is room for more events; p.mu is held. It returns false if the port
// is closed.
func (p *streamPort) awaitRoom() bool {
	p.full = p.full || p.events.cost >= pendingMax
	for p.full && !p.ending {
		p.moved.Wait()
	}
	return !p.full
}

// notice queues a Notice event.
func (p *streamPort) notice(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.awaitRoom() {
		p.events.push(Event{Kind: Notice, Text: text})
	}
}

// report queues an event even if there is no room. It is for rare events.
func (p *streamPort) report(e Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events.push(e)
}

// sleep waits for d, or until the port is closed.
func (p *streamPort) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.life.Done():
	}
}

// wake makes everybody who waits check the state again.
func (p *streamPort) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moved.Broadcast()
}

// begin makes c the current connection, unless the port is closed.
func (p *streamPort) begin(c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ending {
		return false
	}
	c.port = p
	c.done = make(chan struct{})
	p.conn = c
	p.events.push(Event{Kind: Open, Host: c})
	c.postBytes(c.proto.start())
	c.postSignals()
	p.ended.Go(c.run)
	p.ended.Go(c.send)
	if c.pause != nil {
		p.ended.Go(c.watch)
	}
	return true
}

// close ends the connection once its far end has taken what was written, at most after closeDrain.
// stop ends what makes new connections.
func (p *streamPort) close(stop func() error) error {
	p.mu.Lock()
	if p.ending {
		p.mu.Unlock()
		return nil
	}
	p.ending = true
	p.moved.Broadcast()
	c := p.conn
	p.mu.Unlock()

	p.kill()
	err := stop()
	if c != nil {
		limit := time.AfterFunc(closeDrain, func() { _ = c.far.Close() })
		defer limit.Stop()
	}
	p.ended.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events.end(io.EOF)
	return err
}

// settle implements Settle. incoming is the listener's pause, or nil if connections do not come in.
func (p *streamPort) settle(incoming *pause) {
	p.mu.Lock()
	for _, each := range p.pauses(incoming) {
		each.empty = false
	}
	p.mu.Unlock()
	for end := time.Now().Add(settleTime); time.Now().Before(end) && !p.settled(incoming); {
		time.Sleep(time.Millisecond)
	}
}

func (p *streamPort) settled(incoming *pause) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events.err != nil {
		return true
	}
	for _, each := range p.pauses(incoming) {
		if !each.ask() {
			return false
		}
	}
	if p.conn != nil && p.conn.finished {
		p.conn.hurry()
		return false
	}
	return p.events.idle && len(p.events.list) == 0
}

// pauses returns the goroutines to ask, in this order.
func (p *streamPort) pauses(incoming *pause) (list []*pause) {
	if incoming != nil {
		list = append(list, incoming)
	}
	if p.conn != nil && p.conn.pause != nil && !p.conn.finished {
		list = append(list, p.conn.pause)
	}
	return list
}

// A pause is how settle learns that a goroutine which waits for a socket has taken everything that
// was there: a deadline in the past wakes the goroutine, and it answers when nothing is left. It is
// guarded by the port's mutex.
type pause struct {
	socket syscall.Conn // what the goroutine waits for
	limit  func(time.Time) error
	asked  bool
	empty  bool // everything that was there when asked has been taken
}

// ask asks, unless that was done, and reports whether the answer has come.
func (p *pause) ask() bool {
	if !p.asked && !p.empty {
		p.asked = p.limit(time.Unix(1, 0)) == nil
	}
	return p.empty
}

// answer is called by the goroutine when its deadline has passed.
func (p *pause) answer() {
	p.asked = false
	p.empty = p.limit(time.Time{}) == nil && !unread(p.socket)
}
