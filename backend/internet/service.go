package internet

import (
	"io"
	"net"
)

// serve listens for the services.
func (e *Embedded) serve() error {
	l, err := e.network.Listen(&net.TCPAddr{Port: 7})
	if err != nil {
		return err
	}
	e.goServe(func() { e.accept(l, echo) })
	return nil
}

// goServe runs f in a goroutine that ends before Close returns.
func (e *Embedded) goServe(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	e.open.Go(f)
}

// accept lets serve have each connection of a listener, and closes it then.
func (e *Embedded) accept(l net.Listener, serve func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		e.goServe(func() {
			defer c.Close()
			serve(c)
		})
	}
}

// echo sends back what comes (RFC 862).
func echo(c net.Conn) {
	_, _ = io.Copy(c, c) // it ends as the connection does
}
