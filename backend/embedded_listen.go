package backend

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/modemsim/modemsim/backend/memnet"
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

// ServeIn serves FTP on port 21 of every address of a network in memory, until that one ends or the
// server does. Data connections come in on free ports there. The clients see the same files as by
// [Embedded.DialContext].
func (e *Embedded) ServeIn(n *memnet.Network) error {
	l, err := e.sockets.listenIn(n, controlListenPort)
	if err != nil {
		return fmt.Errorf("embedded server: %w", err)
	}
	err = e.serve(&embeddedDriver{Embedded: e, listener: l, listenForData: func() (dataListener, error) {
		return e.sockets.listenIn(n, 0)
	}})
	if err != nil {
		l.Close()
		return fmt.Errorf("embedded server: %w", err)
	}
	return nil
}

// openSockets holds the open listeners and connections on networks that are not the server's own.
// The zero value is empty.
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
		switch c := c.(type) { // an error means that it is closed already
		case *net.TCPConn:
			_ = c.SetLinger(0)
		case *memnet.Conn:
			_ = c.Reset()
		}
		c.Close()
	}
}

// listen listens on an address of the system.
func (s *openSockets) listen(at *net.TCPAddr) (dataListener, error) {
	l, err := net.ListenTCP("tcp4", at)
	if err != nil {
		return nil, err
	}
	return &socketListener{l, s}, s.add(l)
}

// listenIn listens on a port of every address of a network in memory.
func (s *openSockets) listenIn(n *memnet.Network, port int) (dataListener, error) {
	l, err := n.Listen(&net.TCPAddr{Port: port})
	if err != nil {
		return nil, err
	}
	return &socketListener{l.(*memnet.Listener), s}, s.add(l)
}

// socketListener adds the connections that it accepts to the open sockets, and removes itself at
// Close.
type socketListener struct {
	dataListener
	sockets *openSockets
}

// Accept implements net.Listener.
func (l *socketListener) Accept() (net.Conn, error) {
	c, err := l.dataListener.Accept()
	if err != nil {
		return nil, err
	}
	return &socketConn{c, l.sockets}, l.sockets.add(c)
}

// Close implements net.Listener.
func (l *socketListener) Close() error {
	l.sockets.forget(l.dataListener)
	return l.dataListener.Close()
}

type socketConn struct {
	net.Conn
	sockets *openSockets
}

// Close implements net.Conn.
func (c *socketConn) Close() error {
	c.sockets.forget(c.Conn)
	return c.Conn.Close()
}
