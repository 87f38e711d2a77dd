package port

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// streamPort is what ports with one connection at a time have in common: the events for Next, the circuits that the modem drives, and the connection that there is.
type streamPort struct {
	life  context.Context // ends when Close begins
	kill  context.CancelFunc
	ended sync.WaitGroup // all goroutines

	reader dataReader

	mu      sync.Mutex
	moved   *sync.Cond // something below changed
	events  queue
	full    bool // the connection is not read before half of the events were taken
	signals Signals
	conn    *connection // nil: there is none
	ending  bool        // Close has begun
}

func (p *streamPort) init() {
	p.life, p.kill = context.WithCancel(context.Background())
	p.moved = sync.NewCond(&p.mu)
	p.events = newQueue(&p.mu)
}

// Next is that of [Lines].
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

// Read gives what the hosts wrote and drops every other event; a port is used by Read or by Next. At the end it gives io.EOF.
func (p *streamPort) Read(b []byte) (int, error) { return p.reader.read(p, b) }

// Write writes to the host that is connected, as its Open event's Host does; with none the bytes are dropped.
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

// SetSignals is that of [Lines].
func (p *streamPort) SetSignals(s Signals) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signals = s
	if p.conn != nil {
		p.conn.postSignals()
	}
}

// awaitRoom waits until there is room for more events; p.mu is held. It is false when the port is closed instead.
func (p *streamPort) awaitRoom() bool {
	p.full = p.full || p.events.cost >= pendingMax
	for p.full && !p.ending {
		p.moved.Wait()
	}
	return !p.full
}

// notice tells what whoever runs the modem should know.
func (p *streamPort) notice(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.awaitRoom() {
		p.events.push(Event{Kind: Notice, Text: text})
	}
}

// tell pushes an event, room or not: for what comes seldom.
func (p *streamPort) tell(e Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events.push(e)
}

// sleep waits for some time, or until the port is closed.
func (p *streamPort) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.life.Done():
	}
}

// wake lets whoever waits look at what has changed.
func (p *streamPort) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moved.Broadcast()
}

// begin makes c the connection, unless the port is closed.
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

// close ends the connection, once its far end has got what was written or closeDrain is over. stop ends what makes new ones.
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

// settle returns when Next has given everything that the hosts did before, and waits for more. incoming is where connections come from; nil: from nowhere.
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

// pauses are those to ask, in this order.
func (p *streamPort) pauses(incoming *pause) (list []*pause) {
	if incoming != nil {
		list = append(list, incoming)
	}
	if p.conn != nil && p.conn.pause != nil && !p.conn.finished {
		list = append(list, p.conn.pause)
	}
	return list
}

// A pause is how settle learns that a goroutine which waits for a socket has taken everything that was there: a deadline in the past wakes it, and it
// answers when its hands are empty. The port's mutex guards it.
type pause struct {
	socket syscall.Conn // that the goroutine waits for
	limit  func(time.Time) error
	asked  bool
	empty  bool // everything that was there when it was asked has been taken
}

// ask reports whether the answer is there.
func (p *pause) ask() bool {
	if !p.asked && !p.empty {
		p.asked = p.limit(time.Unix(1, 0)) == nil
	}
	return p.empty
}

// answer is given when the deadline has come.
func (p *pause) answer() {
	p.asked = false
	p.empty = p.limit(time.Time{}) == nil && !unread(p.socket)
}
