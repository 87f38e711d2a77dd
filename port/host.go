package port

import (
	"io"
	"net"
)

// Host is the host's end of a [Pipe]. It behaves as an open tty does.
type Host struct {
	p      *Pipe
	closed bool
}

// Read waits for bytes and returns at most 4,095 of them, as a tty does. After the modem's end is
// closed it returns what is left, then io.EOF; after Close it returns net.ErrClosed.
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

// Write blocks until the wire has taken all bytes; it holds about 4 KiB for a modem that does not
// read. After the modem's end is closed Write returns io.ErrClosedPipe, after Close net.ErrClosed.
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

// Close closes this host's end; a second Close does nothing. When the last host closes, what it has
// not read is dropped, as on a tty.
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
		p.report(Event{Kind: Close})
	}
	p.moved.Broadcast()
	return nil
}

// SetDTR asserts or drops data terminal ready.
func (h *Host) SetDTR(on bool) { h.act(func(c *circuits) []Event { return c.setDTR(on) }) }

// SetSpeed sets the speed in bit/s. Speed 0 is B0 of termios: it drops DTR until another speed is
// set. The speed starts at 38400 and survives closes and opens.
func (h *Host) SetSpeed(baud int) { h.act(func(c *circuits) []Event { return c.setSpeed(baud) }) }

// SetRTS asserts or drops request to send.
func (h *Host) SetRTS(on bool) {
	h.act(func(*circuits) []Event { return []Event{{Kind: RTS, On: on}} })
}

// Signals returns the circuits that the modem drives, as last set.
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
		h.p.report(change(&h.p.lines)...)
	}
}

// report queues events unless the modem's end is closed; p.mu is held.
func (p *Pipe) report(events ...Event) {
	if p.closed {
		return
	}
	for _, e := range events {
		p.events.push(e)
	}
}
