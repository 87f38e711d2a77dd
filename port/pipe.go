package port

import (
	"io"
	"net"
	"sync"
	"time"
)

// The buffers of a wire in memory are those of a pty on Linux with nobody reading: 18,048 bytes
// towards the host (measured), one page towards the modem.
const (
	toHostLimit  = 18048
	toModemLimit = 4096
	hostReadMax  = 4095 // most that a tty returns from one read
)

// defaultBaud is the speed of a new pty on Linux, and of a new Pipe.
const defaultBaud = 38400

// Pipe is the modem's end of a wire in memory that behaves and buffers as a tty does. It uses no
// file and no timer, so the clock of a testing/synctest bubble advances while its ends wait. Dial
// makes the host's end.
type Pipe struct {
	mu      sync.Mutex
	moved   *sync.Cond // bytes were written or read, or an end was closed
	events  queue
	reader  dataReader
	lines   circuits
	signals Signals
	hosts   int // number of hosts that have it open
	opened  int // how often hosts went from 0 to 1: the number of the current session
	toHost  []byte
	closed  bool
}

// NewPipe makes a wire in memory. No host has it open yet.
func NewPipe() *Pipe {
	p := &Pipe{lines: circuits{baud: defaultBaud}}
	p.moved = sync.NewCond(&p.mu)
	p.events = newQueue(&p.mu)
	return p
}

// Next implements [Lines].
func (p *Pipe) Next() (Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, err := p.events.next()
	p.moved.Broadcast()
	return e, err
}

// SetSignals implements [Lines]. [Host.Signals] returns them.
func (p *Pipe) SetSignals(s Signals) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signals = s
}

// Settle implements [Settler].
func (p *Pipe) Settle() {
	over := false
	limit := time.AfterFunc(settleTime, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		over = true
		p.events.cond.Broadcast()
	})
	defer limit.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for !over && !p.closed && !(p.events.idle && len(p.events.list) == 0) {
		p.events.cond.Wait()
	}
}

// Read returns what the hosts wrote and drops every other event. Use either Read or Next. At the
// end it returns io.EOF.
func (p *Pipe) Read(b []byte) (int, error) { return p.reader.read(p, b) }

// Write writes to the host that has the wire open, as the Host of its Open event does. Without a
// host the bytes are dropped.
func (p *Pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.write(p.opened, b)
}

// write writes to the hosts of one session; p.mu is held.
func (p *Pipe) write(session int, b []byte) (int, error) {
	for n := 0; ; {
		switch {
		case p.closed:
			return n, net.ErrClosed
		case p.hosts == 0 || p.opened != session || n == len(b):
			return len(b), nil
		}
		if room := min(len(b)-n, toHostLimit-len(p.toHost)); room > 0 {
			p.toHost = append(p.toHost, b[n:n+room]...)
			n += room
			p.moved.Broadcast()
			continue
		}
		p.moved.Wait()
	}
}

// Close closes the wire. Hosts still read what was written, then io.EOF.
func (p *Pipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.events.end(io.EOF)
	p.moved.Broadcast()
	return nil
}

// Dial opens the host's end. Several may be open at once, as several programs can have a tty open;
// they share what is written to them.
func (p *Pipe) Dial() *Host {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hosts++
	if p.hosts == 1 {
		p.opened++
		p.lines.reset()
		p.report(Event{Kind: Open, Host: pipeWriter{p, p.opened}, Baud: p.lines.hostBaud()})
	}
	return &Host{p: p}
}

// pipeWriter writes to the hosts of one session.
type pipeWriter struct {
	p       *Pipe
	session int
}

func (w pipeWriter) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	return w.p.write(w.session, b)
}
