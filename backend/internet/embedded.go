package internet

import (
	"context"
	"net"
	"net/netip"
	"sync"

	"github.com/modemsim/modemsim/backend/memnet"
)

// Embedded is a network in memory: nothing leaves the process, and nothing listens in the system.
// Every name is known and every address answers: see [NewEmbedded]. All of it may be in a bubble of
// testing/synctest.
type Embedded struct {
	network *memnet.Network
	names   *names
	start   func() error // starts the services

	mu     sync.Mutex
	closed bool
	open   sync.WaitGroup // the accept loops and the connections
}

// Options are the options of an [Embedded].
type Options struct{}

// NewEmbedded returns a network, whose services start at the first dial. It has to be closed.
func NewEmbedded(o Options) *Embedded {
	e := &Embedded{network: memnet.New(), names: newNames(embeddedRanges)}
	e.start = sync.OnceValue(e.serve)
	return e
}

// DialContext implements [Network].
func (e *Embedded) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if err := e.start(); err != nil {
		return nil, err
	}
	return e.network.DialContext(ctx, network, address)
}

// LookupHost implements [Network]. The address of a name is one of those for documentation, the
// same in every run.
func (e *Embedded) LookupHost(_ context.Context, name string) ([]string, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return []string{a.String()}, nil
	}
	known := canonical(name)
	if known == "" {
		return nil, NotFound(name)
	}
	return []string{e.names.address(known).String()}, nil
}

// LookupAddr implements [Network]: it finds the names that were looked up before.
func (e *Embedded) LookupAddr(_ context.Context, address string) ([]string, error) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return nil, &net.DNSError{Err: "unrecognized address", Name: address}
	}
	name, ok := e.names.name(a)
	if !ok {
		return nil, NotFound(address)
	}
	return []string{name}, nil
}

// Close ends the network: it resets every connection and waits for what served them. A second Close
// does nothing.
func (e *Embedded) Close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	err := e.network.Close()
	e.open.Wait()
	return err
}
