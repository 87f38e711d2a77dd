package port

import (
	"io"
	"net"
)

// Host is the host's end of a [Pipe]: what a program that opened a tty has.
type Host struct {
	p      *Pipe
	closed bool
}

// Read waits for bytes and gives at most 4,095 of them, as a tty does. After the modem's end closed it gives what is left, then io.EOF; after its own
// Close net.ErrClosed.
func (h *Host) Read(b []byte) (int, error) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case h.closed:
			return 0, net.ErrClosed
		case len(b) == 0:
			return 0, nil
		case len(p.toHost) > 0:
			n := copy(b[:min(len(b), hostReadMax)], p.toHost)
			p.toHost = p.toHost[:copy(p.toHost, p.toHost[n:])]
			p.moved.Broadcast()
			return n, nil
		case p.closed:
			return 0, io.EOF
		}
		p.moved.Wait()
	}
}

// Write waits until the wire took all bytes; about 4 KiB wait there for a modem that does not read. After the modem's end closed it gives
// io.ErrClosedPipe, after its own Close net.ErrClosed.
func (h *Host) Write(b []byte) (int, error) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := 0; ; {
		switch {
		case h.closed:
			return n, net.ErrClosed
		case p.closed:
			return n, io.ErrClosedPipe
		case n == len(b):
			return n, nil
		}
		if room := min(len(b)-n, toModemLimit-p.events.cost); room > 0 {
			p.events.push(Event{Kind: Data, Data: append([]byte(nil), b[n:n+room]...)})
			n += room
			continue
		}
		p.moved.Wait()
	}
}

// Close closes this host's end; a second time it does nothing. Like the last close of a tty, that of the last host drops what it has not read.
func (h *Host) Close() error {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if h.closed {
		return nil
	}
	h.closed = true
	p.hosts--
	if p.hosts == 0 {
		p.toHost = nil
		p.tell(Event{Kind: Close})
	}
	p.moved.Broadcast()
	return nil
}

// SetDTR asserts or drops data terminal ready.
func (h *Host) SetDTR(on bool) { h.act(func(c *circuits) []Event { return c.setDTR(on) }) }

// SetSpeed sets the speed in bit/s. 0 is B0: it drops DTR until a speed is set, as termios does. It starts at 38400 and stays over closes and opens.
func (h *Host) SetSpeed(baud int) { h.act(func(c *circuits) []Event { return c.setSpeed(baud) }) }

// SetRTS asserts or drops request to send.
func (h *Host) SetRTS(on bool) {
	h.act(func(*circuits) []Event { return []Event{{Kind: RTS, On: on}} })
}

// Signals are the circuits that the modem drives, as last set.
func (h *Host) Signals() Signals {
	h.p.mu.Lock()
	defer h.p.mu.Unlock()
	return h.p.signals
}

// Break sends a break.
func (h *Host) Break() { h.act(func(*circuits) []Event { return []Event{{Kind: Break}} }) }

func (h *Host) act(change func(*circuits) []Event) {
	h.p.mu.Lock()
	defer h.p.mu.Unlock()
	if !h.closed {
		h.p.tell(change(&h.p.lines)...)
	}
}

// tell pushes events unless the modem's end is closed; p.mu is held.
func (p *Pipe) tell(events ...Event) {
	if p.closed {
		return
	}
	for _, e := range events {
		p.events.push(e)
	}
}
