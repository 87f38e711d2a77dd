// Package memnet is a network inside one process: listeners, dials, TCP-like connections and
// UDP-like sockets made of bounded buffers and condition variables. Nothing in it waits in the
// kernel, so that a program that uses it can run in a testing/synctest bubble, where one goroutine
// blocked on a real socket would stop the clock.
package memnet

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// firstEphemeral is the first port that a Network picks itself: the start of the dynamic range (RFC
// 6335 6).
const firstEphemeral = 49152

// Network holds the listeners of one in-memory network. Networks share nothing; several may use the
// same addresses.
type Network struct {
	mu        sync.Mutex
	listeners map[netip.AddrPort]*Listener
	conns     map[*Conn]struct{} // the dialled end of each connection that neither end has closed
	packets   map[netip.AddrPort]*PacketConn
	nextPort  uint16 // last port picked, for a listener or the near end of a dial
	closed    bool
}

// New returns an empty network: every dial is refused until somebody listens.
func New() *Network {
	return &Network{
		listeners: make(map[netip.AddrPort]*Listener),
		conns:     make(map[*Conn]struct{}),
		packets:   make(map[netip.AddrPort]*PacketConn),
		nextPort:  firstEphemeral - 1,
	}
}

// Listen listens on addr and returns a [*Listener]. With a nil or unspecified IP it takes
// connections to every address with that port that has no listener of its own; the accepted
// connection's LocalAddr is then the address that was dialled. Port 0 picks a free port from 49152
// on, in order. If the address is in use, the error wraps syscall.EADDRINUSE.
func (n *Network) Listen(addr *net.TCPAddr) (net.Listener, error) {
	if addr == nil {
		addr = &net.TCPAddr{}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := keyOf(addr.IP, addr.Port)
	if n.closed {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Addr: addr, Err: net.ErrClosed}
	}
	if addr.Port == 0 {
		var ok bool
		if key, ok = freeKey(n, n.listeners, key.Addr()); !ok {
			return nil, listenError(key, syscall.EADDRINUSE)
		}
	} else if n.listeners[key] != nil {
		return nil, listenError(key, syscall.EADDRINUSE)
	}
	l := &Listener{network: n, key: key, addr: net.TCPAddrFromAddrPort(key)}
	l.cond.L = &l.mu
	n.listeners[key] = l
	return l, nil
}

// DialContext connects to the listener at address, an IP address and port; names are not resolved.
// It never waits: the connection, a [*Conn], is open before it is accepted, as with a TCP backlog.
// If nobody listens, the error is a *net.OpError that wraps syscall.ECONNREFUSED. network is tcp or
// tcp4, which are the same here, or udp or udp4: then it is a [*PacketConn] that talks to that
// address alone, whether or not somebody listens there.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	remote, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %s %q: %w; use an IP address and a port", network, address, err)
	}
	remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
	far := net.TCPAddrFromAddrPort(remote)
	if err := ctx.Err(); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: far, Err: err}
	}
	if strings.HasPrefix(network, "udp") {
		c, err := n.openPacket("dial", netip.AddrPortFrom(loopback, 0), remote)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
	if c := n.connect(remote, far); c != nil {
		return c, nil
	}
	return nil, &net.OpError{Op: "dial", Net: network, Addr: far, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

// Close ends the network: it closes every listener, resets every connection, ends every socket, and
// refuses later calls.
func (n *Network) Close() error {
	n.mu.Lock()
	n.closed = true
	listeners, conns := slices.Collect(maps.Values(n.listeners)), slices.Collect(maps.Keys(n.conns))
	packets := slices.Collect(maps.Values(n.packets))
	clear(n.packets)
	n.mu.Unlock()
	for _, l := range listeners {
		l.Close()
	}
	for _, c := range conns {
		c.sever()
	}
	for _, c := range packets {
		c.end(syscall.ENETDOWN)
	}
	return nil
}

// connect queues a new connection at the listener for remote and returns the near end, or nil if
// nobody listens.
func (n *Network) connect(remote netip.AddrPort, far *net.TCPAddr) *Conn {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.listeners[remote]
	if l == nil {
		l = n.listeners[netip.AddrPortFrom(netip.Addr{}, remote.Port())]
	}
	if l == nil {
		return nil
	}
	near := net.TCPAddrFromAddrPort(netip.AddrPortFrom(loopback, n.advance()))
	dialled, accepted := newPair(near, far)
	dialled.release = func() { n.forgetConn(dialled) }
	accepted.release = dialled.release
	if !l.deliver(accepted) {
		return nil
	}
	n.conns[dialled] = struct{}{}
	return dialled
}

// freeKey returns the next port of the dynamic range that is free at ip.
func freeKey[S any](n *Network, taken map[netip.AddrPort]S, ip netip.Addr) (netip.AddrPort, bool) {
	for range 1<<16 - firstEphemeral {
		key := netip.AddrPortFrom(ip, n.advance())
		if _, used := taken[key]; !used {
			return key, true
		}
	}
	return netip.AddrPortFrom(ip, 0), false
}

func (n *Network) advance() uint16 {
	if n.nextPort++; n.nextPort < firstEphemeral {
		n.nextPort = firstEphemeral
	}
	return n.nextPort
}

func (n *Network) forgetListener(key netip.AddrPort) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.listeners, key)
}

func (n *Network) forgetConn(c *Conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.conns, c)
}

func (n *Network) forgetPacket(c *PacketConn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.packets[c.key] == c { // else the address is another's by now
		delete(n.packets, c.key)
	}
}

// loopback is the address that connections and sockets come from.
var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// keyOf returns the map key of an address. All unspecified addresses, of either family, have the
// zero netip.Addr.
func keyOf(address net.IP, port int) netip.AddrPort {
	ip, _ := netip.AddrFromSlice(address)
	if ip = ip.Unmap(); ip.IsUnspecified() {
		ip = netip.Addr{}
	}
	return netip.AddrPortFrom(ip, uint16(port))
}

func listenError(key netip.AddrPort, errno syscall.Errno) error {
	text := net.IP(key.Addr().AsSlice()).String() + ":" + strconv.Itoa(int(key.Port()))
	return fmt.Errorf("listen on %s in memory: %w; choose another port, or 0 for a free one", text, os.NewSyscallError("bind", errno))
}
