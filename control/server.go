// Package control lets other programs control and watch running modems by HTTP
// over a unix socket or TCP. docs/control.md describes the protocol.
package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A Modem is a modem to be controlled.
type Modem struct {
	*sim.Modem
	// Prepare returns what [sim.Modem.Load] takes for a scenario: the settings
	// including those of the scenario, and its rules including those of the
	// profile. Its error says what is wrong with the scenario.
	Prepare func(*scenarios.Script) (scenarios.Settings, *scenarios.Script, error)
}

// A Server serves modems at an address. It must be closed.
type Server struct {
	listener net.Listener
	address  string
	guard    guard
	http     *http.Server
	cancel   context.CancelFunc // ends every request
	served   chan error         // receives how serving ended; nil before Serve
}

// Listen opens the control socket: a unix socket at a path, with mode 0600, or
// tcp:HOST:PORT, where HOST defaults to 127.0.0.1 and PORT 0 is a free one. A
// unix socket on which nobody listens any more is replaced. Requests wait until
// [Server.Serve].
func Listen(address string) (*Server, error) {
	network, at, err := resolve(address)
	if err != nil {
		return nil, err
	}
	g, err := guardOf(network, at)
	if err != nil {
		return nil, err
	}
	if network == "unix" {
		l, err := listenUnix(at)
		if err != nil {
			return nil, err
		}
		return &Server{listener: l, address: at, guard: g}, nil
	}
	l, err := net.Listen(port.TCPNetwork(at), at)
	if err != nil {
		return nil, fmt.Errorf("%w (write an address of this machine and a free port, such as tcp:127.0.0.1:0)", err)
	}
	return &Server{listener: l, address: "tcp:" + l.Addr().String(), guard: g}, nil
}

// Address returns the address for clients in any folder: the absolute path of
// the socket, or tcp:HOST:PORT with the port that was picked for 0.
func (s *Server) Address() string { return s.address }

// Serve starts to serve modems and returns at once. It may be called once.
func (s *Server) Serve(modems ...*Modem) {
	life, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.http = &http.Server{
		Handler:           handler(s.guard, modems...),
		BaseContext:       func(net.Listener) context.Context { return life },
		ReadHeaderTimeout: requestTime,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
	}
	s.served = make(chan error, 1)
	go func() { s.served <- s.http.Serve(s.listener) }()
}

// Limits of a request: how long its head and its body may each take to come, and the longest head
// in bytes, to which net/http adds some.
const (
	requestTime = 10 * time.Second
	maxHeader   = 32 << 10
)

// closeTime is how long Close waits for answers to end.
const closeTime = time.Second

// Close ends every request that waits and removes the socket. A client that
// follows the transcript gets the rest of it if it reads on. If the server had
// ended before, Close returns the reason.
func (s *Server) Close() error {
	if s.served == nil {
		return s.listener.Close()
	}
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) { // some client does not read
		err = s.http.Close()
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
