package internet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/backend/memnet"
)

// Embedded is a network in memory: nothing leaves the process, and nothing listens in the system.
// Its name server knows every name that [Embedded.Unknown] was not told, and these answer on every
// address:
//
//   - echo (RFC 862), discard (863), daytime (867) and time (868), by TCP and UDP
//   - FTP on port 21, of [Options].Files
//   - HTTP on ports 80 and 8080: it shows the same files, with ranges, and stores the body of a PUT
//     or a POST as FTP does an upload
//
// All else is refused. All of it may be in a bubble of testing/synctest.
type Embedded struct {
	unknownNames
	network  *memnet.Network
	names    *names
	services *services
	start    func() error // starts the services
}

// Options are the options of an [Embedded].
type Options struct {
	// Files is the server of FTP and what HTTP shows; without it both are refused. It has to be
	// closed after the network.
	Files *backend.Embedded
	Now   func() time.Time // what daytime and time tell; nil is time.Now
	Log   *slog.Logger     // takes what the HTTP server has to say; nil discards it
}

// NewEmbedded returns a network, whose services start at the first dial. It has to be closed.
func NewEmbedded(o Options) *Embedded {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e := &Embedded{network: memnet.New(), names: newNames(embeddedRanges), services: newServices(o.Files, o.Now, o.Log)}
	e.start = sync.OnceValue(func() error {
		if o.Files != nil {
			if err := o.Files.ServeIn(e.network); err != nil {
				return err
			}
		}
		return e.services.serve(memory{e.network})
	})
	return e
}

// memory opens the listeners of services in memory.
type memory struct{ network *memnet.Network }

func (m memory) listen(port int) (net.Listener, error) {
	return m.network.Listen(&net.TCPAddr{Port: port})
}

func (m memory) listenPacket(port int) (net.PacketConn, error) {
	return m.network.ListenPacket(&net.UDPAddr{Port: port})
}

// DialContext implements [Network].
func (e *Embedded) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if err := e.start(); err != nil {
		return nil, fmt.Errorf("start the embedded network: %w", err)
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
	if known == "" || e.has(name) {
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
	if !ok || e.has(name) {
		return nil, NotFound(address)
	}
	return []string{name}, nil
}

// Close ends the network: it resets every connection and waits for what served them. A second Close
// does nothing.
func (e *Embedded) Close() error { return errors.Join(e.network.Close(), e.services.close()) }
