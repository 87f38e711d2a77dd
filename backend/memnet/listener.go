package memnet

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Listener is the listener that [Network.Listen] returns. Its queue of connections that were not
// accepted yet is unbounded.
type Listener struct {
	network *Network
	key     netip.AddrPort
	addr    *net.TCPAddr

	mu       sync.Mutex
	cond     sync.Cond
	queue    []*Conn
	closed   bool
	deadline deadline
}

// Accept waits for the next connection, a [*Conn]. After Close the error wraps net.ErrClosed, past
// the deadline os.ErrDeadlineExceeded.
func (l *Listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case l.closed:
			return nil, l.opError(net.ErrClosed)
		case l.deadline.passed:
			return nil, l.opError(os.ErrDeadlineExceeded)
		case len(l.queue) > 0:
			c := l.queue[0]
			l.queue = l.queue[1:]
			return c, nil
		}
		l.cond.Wait()
	}
}

// Close frees the address, ends a waiting Accept and resets every connection that was not accepted.
func (l *Listener) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return l.opError(net.ErrClosed)
	}
	l.closed = true
	waiting := l.queue
	l.queue = nil
	l.deadline.stop()
	l.cond.Broadcast()
	l.mu.Unlock()

	l.network.forgetListener(l.key)
	for _, c := range waiting {
		c.Reset()
	}
	return nil
}

// SetDeadline sets the deadline of a waiting Accept and later ones. The zero time means no
// deadline.
func (l *Listener) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.opError(net.ErrClosed)
	}
	l.deadline.set(t, &l.cond)
	return nil
}

// Addr returns the address listened on, a *net.TCPAddr with the port that was picked. Its IP is nil
// if the listener takes connections to every address.
func (l *Listener) Addr() net.Addr { return l.addr }

// deliver queues c. It reports whether the listener was still open.
func (l *Listener) deliver(c *Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.queue = append(l.queue, c)
	l.cond.Broadcast()
	return true
}

func (l *Listener) opError(err error) error {
	return &net.OpError{Op: "accept", Net: "tcp", Addr: l.addr, Err: err}
}
