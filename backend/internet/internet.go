// Package internet is the IP network behind a modem: what its sockets connect to and what its
// names mean. The modem asks a [Network] and does not know which one it is: the real one, one in
// memory, or a test of the user's own.
package internet

import (
	"context"
	"net"
	"strings"
)

// A Network connects to addresses and looks names up, as a [net.Dialer] and a [net.Resolver] do.
// Its methods may be called from several goroutines.
type Network interface {
	// DialContext connects to an IP:PORT; network is tcp or udp. A connection that is refused is
	// an error that wraps syscall.ECONNREFUSED: for udp it is one of the connection's methods.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	// LookupHost returns the addresses of a name. Of one that is not known the error is a
	// *net.DNSError with IsNotFound.
	LookupHost(ctx context.Context, name string) ([]string, error)
	// LookupAddr returns the names of an IP address.
	LookupAddr(ctx context.Context, address string) ([]string, error)
}

// Direct returns the network of this machine: its sockets and its resolver.
func Direct() Network { return direct{} }

type direct struct{}

// DialContext implements [Network].
func (direct) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}

// LookupHost implements [Network].
func (direct) LookupHost(ctx context.Context, name string) ([]string, error) {
	return net.DefaultResolver.LookupHost(ctx, name)
}

// LookupAddr implements [Network]. The names have no dot at the end.
func (direct) LookupAddr(ctx context.Context, address string) ([]string, error) {
	found, err := net.DefaultResolver.LookupAddr(ctx, address)
	for i, name := range found {
		found[i] = strings.TrimSuffix(name, ".")
	}
	return found, err
}
