package internet

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/modemsim/modemsim/backend"
)

// services are what answers on a network: the small ones, and HTTP where there are files. They know
// listeners alone, whatever network those are of.
type services struct {
	now  func() time.Time
	http *http.Server // nil: none

	mu     sync.Mutex
	closed bool
	open   sync.WaitGroup // the listeners and their connections
}

// idle is how long an HTTP connection waits for the next request: as long as one of FTP does, since
// a host may pause for minutes.
const idle = 15 * time.Minute

func newServices(files *backend.Embedded, now func() time.Time, log *slog.Logger) *services {
	s := &services{now: now}
	if files != nil {
		s.http = &http.Server{
			Handler:     &fileServer{files, now()},
			IdleTimeout: idle,
			ErrorLog:    slog.NewLogLogger(log.Handler(), slog.LevelInfo),
			ConnState:   s.connState,
		}
	}
	return s
}

// listeners opens the listeners of a port, on every address of a network.
type listeners interface {
	listen(port int) (net.Listener, error)
	listenPacket(port int) (net.PacketConn, error)
}

// webPorts are the ports of HTTP.
var webPorts = []int{80, 8080}

// serve starts all services on a network. They end when their listeners are closed.
func (s *services) serve(n listeners) error {
	for _, service := range small {
		l, err := n.listen(service.port)
		if err != nil {
			return err
		}
		s.beside(func() { s.accept(l, service.stream) })
		p, err := n.listenPacket(service.port)
		if err != nil {
			return err
		}
		s.beside(func() { s.reply(p, service.answer) })
	}
	if s.http == nil {
		return nil
	}
	for _, port := range webPorts {
		l, err := n.listen(port)
		if err != nil {
			return err
		}
		s.beside(func() { _ = s.http.Serve(l) }) // its error is that the listener was closed
	}
	return nil
}

// beside runs f in a goroutine that close waits for.
func (s *services) beside(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.open.Go(f)
	}
}

// accept serves the connections of a listener until it is closed.
func (s *services) accept(l net.Listener, stream func(*services, net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.open.Go(func() {
			defer c.Close()
			stream(s, c)
		})
	}
}

// reply answers the datagrams of a socket until it is closed.
func (s *services) reply(p net.PacketConn, answer func(*services, []byte) []byte) {
	buffer := make([]byte, 1<<16)
	for {
		n, from, err := p.ReadFrom(buffer)
		if err != nil {
			return
		}
		if text := answer(s, buffer[:n]); text != nil {
			_, _ = p.WriteTo(text, from) // as far as the network takes it
		}
	}
}

// connState counts the connections of HTTP, which ends the goroutine of none.
func (s *services) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew: // in the goroutine of a listener, which is counted
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.open.Done()
	}
}

// close ends the HTTP server, and waits for all that was served. The network has closed the
// listeners and connections before.
func (s *services) close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	var err error
	if s.http != nil {
		err = s.http.Close()
	}
	s.open.Wait()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}
