package backend

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// ErrNoLogin means that a server that accepts any login cannot be opened to other clients: set
// [EmbeddedOptions].User and Password.
var ErrNoLogin = errors.New("the embedded server takes any login; it needs one to let other clients in")

// Listen opens the server to other clients and returns the address listened on. They see the same
// files as by [Embedded.DialContext] and need the login of the options. address is HOST:PORT; the
// host defaults to 127.0.0.1, and port 0 picks a free one. Only this host accepts control and data
// connections. It must be IPv4, since PASV (RFC 959) has no other form.
func (e *Embedded) Listen(address string) (*net.TCPAddr, error) {
	if e.options.User == "" {
		return nil, ErrNoLogin
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	at, err := net.ResolveTCPAddr("tcp4", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	l, err := e.sockets.listen(at)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	err = e.serve(&embeddedDriver{Embedded: e, listener: l, listenForData: func() (dataListener, error) {
		return e.sockets.listen(&net.TCPAddr{IP: at.IP})
	}})
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	return l.Addr().(*net.TCPAddr), nil
}

// openSockets holds the open listeners and connections on the system's network. The zero value is
// empty.
type openSockets struct {
	mu     sync.Mutex
	closed bool
	open   map[io.Closer]struct{}
}

// add adds c, or closes it if the server has ended.
func (s *openSockets) add(c io.Closer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		c.Close()
		return net.ErrClosed
	}
	if s.open == nil {
		s.open = make(map[io.Closer]struct{})
	}
	s.open[c] = struct{}{}
	return nil
}

func (s *openSockets) forget(c io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// close closes the listeners and resets the connections.
func (s *openSockets) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.open {
		if conn, ok := c.(*net.TCPConn); ok {
			conn.SetLinger(0) // an error means that it is closed already
		}
		c.Close()
	}
}

func (s *openSockets) listen(at *net.TCPAddr) (*socketListener, error) {
	l, err := net.ListenTCP("tcp4", at)
	if err != nil {
		return nil, err
	}
	return &socketListener{l, s}, s.add(l)
}

// socketListener adds the connections that it accepts to the open sockets, and removes itself at
// Close.
type socketListener struct {
	*net.TCPListener
	sockets *openSockets
}

// Accept implements net.Listener.
func (l *socketListener) Accept() (net.Conn, error) {
	c, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return &socketConn{c, l.sockets}, l.sockets.add(c)
}

// Close implements net.Listener.
func (l *socketListener) Close() error {
	l.sockets.forget(l.TCPListener)
	return l.TCPListener.Close()
}

type socketConn struct {
	*net.TCPConn
	sockets *openSockets
}

// Close implements net.Conn.
func (c *socketConn) Close() error {
	c.sockets.forget(c.TCPConn)
	return c.TCPConn.Close()
}
