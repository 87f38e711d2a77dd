// Package control lets other programs steer and watch modems that run, by HTTP
// over a unix socket or TCP. docs/control.md describes it for them.
package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A Modem is one that is controlled.
type Modem struct {
	*sim.Modem
	// Prepare makes what [sim.Modem.Load] takes of a scenario that was read: the
	// settings with those of the scenario, and its rules with those of the
	// profile. Its error says what is wrong with the scenario.
	Prepare func(*scenarios.Script) (scenarios.Settings, *scenarios.Script, error)
}

// A Server answers at an address. It has to be closed.
type Server struct {
	listener net.Listener
	address  string
	http     *http.Server
	cancel   context.CancelFunc // of every request
	served   chan error         // how serving ended; nil: it has not begun
}

// Listen opens the control socket: a unix socket at a path, with mode 0600, or
// tcp:HOST:PORT, where HOST is 127.0.0.1 when left out and PORT 0 is a free one.
// A unix socket that nobody listens at any more is replaced. Requests wait until
// [Server.Serve].
func Listen(address string) (*Server, error) {
	network, at, err := resolve(address)
	if err != nil {
		return nil, err
	}
	if network == "unix" {
		l, err := listenUnix(at)
		if err != nil {
			return nil, err
		}
		return &Server{listener: l, address: at}, nil
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("%w (write an address of this machine and a free port, such as tcp:127.0.0.1:0)", err)
	}
	return &Server{listener: l, address: "tcp:" + l.Addr().String()}, nil
}

// Address is what a client in any folder takes: the absolute path of the
// socket, or tcp:HOST:PORT with the port that was picked in place of 0.
func (s *Server) Address() string { return s.address }

// Serve begins to answer for some modems. It returns at once; it may be called
// once.
func (s *Server) Serve(modems ...*Modem) {
	life, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.http = &http.Server{
		Handler:           Handler(modems...),
		BaseContext:       func(net.Listener) context.Context { return life },
		ReadHeaderTimeout: 10 * time.Second,
	}
	s.served = make(chan error, 1)
	go func() { s.served <- s.http.Serve(s.listener) }()
}

// closeTime is how long Close lets answers go on.
const closeTime = time.Second

// Close ends every request that waits and removes the socket. What follows a
// transcript gets its rest if it reads on. It returns why the server had ended
// before, if it had.
func (s *Server) Close() error {
	if s.served == nil {
		return s.listener.Close()
	}
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) { // a client does not read
		err = s.http.Close()
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
