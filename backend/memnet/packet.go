package memnet

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	// maxDatagram is how many bytes of data a datagram holds (RFC 768, in a packet of RFC 791).
	maxDatagram = 65507
	// packetQueue is how many bytes wait for the reader of a PacketConn; what comes then is lost.
	packetQueue = 256 << 10
	// datagramCost is what one that waits counts for beside its bytes, so that empty ones end too.
	datagramCost = 64
)

// PacketConn is a UDP-like socket: one that [Network.ListenPacket] returns, or one connected to an
// address by [Network.DialContext]. Datagrams keep their boundaries; one that finds the queue full
// is lost. Writing never waits. All methods may be called from several goroutines.
type PacketConn struct {
	network *Network
	key     netip.AddrPort // where it listens
	remote  netip.AddrPort // the only address that it talks to; zero: any

	mu           sync.Mutex
	cond         sync.Cond
	queue        []datagram
	held         int   // what the queue counts for
	pending      error // of an earlier Write, returned once
	gone         error // why the socket is over
	readDeadline deadline
	writeBy      time.Time // the deadline of Write
}

var (
	_ net.PacketConn = (*PacketConn)(nil)
	_ net.Conn       = (*PacketConn)(nil)
)

// A datagram waits for a reader.
type datagram struct {
	from    netip.AddrPort
	content []byte
}

// ListenPacket listens on addr for datagrams. With a nil or unspecified IP it takes those to every
// address with that port that has no listener of its own; what it sends to a connected socket then
// comes from the address that this is connected to. Port 0 picks a free port, as with
// [Network.Listen].
func (n *Network) ListenPacket(addr *net.UDPAddr) (*PacketConn, error) {
	if addr == nil {
		addr = &net.UDPAddr{}
	}
	return n.openPacket("listen", keyOf(addr.IP, addr.Port), netip.AddrPort{})
}

// openPacket adds a socket to the network.
func (n *Network) openPacket(op string, key, remote netip.AddrPort) (*PacketConn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, &net.OpError{Op: op, Net: "udp", Addr: net.UDPAddrFromAddrPort(key), Err: net.ErrClosed}
	}
	free := key.Port() != 0 && n.packets[key] == nil
	if key.Port() == 0 {
		key, free = freeKey(n, n.packets, key.Addr())
	}
	if !free {
		return nil, listenError(key, syscall.EADDRINUSE)
	}
	c := &PacketConn{network: n, key: key, remote: remote}
	c.cond.L = &c.mu
	n.packets[key] = c
	return c, nil
}

// send gives a datagram to the socket at an address. It reports whether there is one that takes
// datagrams from this sender; one whose queue is full does.
func (n *Network) send(from *PacketConn, to netip.AddrPort, content []byte) bool {
	n.mu.Lock()
	receiver := n.packets[to]
	if receiver == nil {
		receiver = n.packets[netip.AddrPortFrom(netip.Addr{}, to.Port())]
	}
	n.mu.Unlock()
	return receiver != nil && receiver.take(from.key, content)
}

// take queues a datagram.
func (c *PacketConn) take(from netip.AddrPort, content []byte) bool {
	if from.Addr() == (netip.Addr{}) {
		from = netip.AddrPortFrom(loopback, from.Port())
		if c.remote.Port() == from.Port() {
			from = c.remote
		}
	}
	if c.remote.IsValid() && from != c.remote {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone != nil {
		return false
	}
	if cost := datagramCost + len(content); c.held+cost <= packetQueue {
		c.held += cost
		c.queue = append(c.queue, datagram{from, append([]byte(nil), content...)})
		c.cond.Broadcast()
	}
	return true
}

// ReadFrom waits for a datagram. What p is too short for is lost.
func (c *PacketConn) ReadFrom(p []byte) (int, net.Addr, error) {
	d, err := c.next()
	if err != nil {
		return 0, nil, c.opError("read", err)
	}
	return copy(p, d.content), net.UDPAddrFromAddrPort(d.from), nil
}

// Read is ReadFrom without the address.
func (c *PacketConn) Read(p []byte) (int, error) {
	n, _, err := c.ReadFrom(p)
	return n, err
}

// next waits for a datagram, and takes it from the queue.
func (c *PacketConn) next() (datagram, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case c.gone != nil:
			return datagram{}, c.gone
		case c.readDeadline.passed:
			return datagram{}, os.ErrDeadlineExceeded
		case len(c.queue) > 0:
			d := c.queue[0]
			c.queue[0] = datagram{}
			c.queue = c.queue[1:]
			c.held -= datagramCost + len(d.content)
			return d, nil
		case c.pending != nil:
			return datagram{}, c.takePending()
		}
		c.cond.Wait()
	}
}

func (c *PacketConn) takePending() error {
	err := c.pending
	c.pending = nil
	return err
}

// WriteTo sends a datagram. Nobody tells the sender when there is no receiver.
func (c *PacketConn) WriteTo(p []byte, to net.Addr) (int, error) {
	if c.remote.IsValid() {
		return 0, c.opError("write", net.ErrWriteToConnected)
	}
	addr, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, c.opError("write", &net.AddrError{Err: "not a UDP address", Addr: to.String()})
	}
	return c.write(keyOf(addr.IP, addr.Port), p)
}

// Write sends a datagram to the address that the socket is connected to. When nobody listens there,
// a later Read or Write returns syscall.ECONNREFUSED: it takes the network's answer to know that.
func (c *PacketConn) Write(p []byte) (int, error) {
	if !c.remote.IsValid() {
		return 0, c.opError("write", syscall.EDESTADDRREQ)
	}
	return c.write(c.remote, p)
}

func (c *PacketConn) write(to netip.AddrPort, p []byte) (int, error) {
	if err := c.mayWrite(len(p)); err != nil {
		return 0, c.opError("write", err)
	}
	if !c.network.send(c, to, p) && c.remote.IsValid() {
		c.mu.Lock()
		c.pending = syscall.ECONNREFUSED
		c.cond.Broadcast()
		c.mu.Unlock()
	}
	return len(p), nil
}

// mayWrite returns what keeps a datagram of n bytes from being sent.
func (c *PacketConn) mayWrite(n int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.gone != nil:
		return c.gone
	case !c.writeBy.IsZero() && !time.Now().Before(c.writeBy):
		return os.ErrDeadlineExceeded
	case n > maxDatagram:
		return syscall.EMSGSIZE
	}
	return c.takePending()
}

// Close frees the address and drops what was not read. A second Close returns net.ErrClosed.
func (c *PacketConn) Close() error {
	c.network.forgetPacket(c)
	if !c.end(net.ErrClosed) {
		return c.opError("close", net.ErrClosed)
	}
	return nil
}

// end ends the socket. It reports whether it was open.
func (c *PacketConn) end(why error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone != nil {
		return false
	}
	c.gone, c.queue, c.held = why, nil, 0
	c.readDeadline.stop()
	c.cond.Broadcast()
	return true
}

// LocalAddr returns the address of this socket, a *net.UDPAddr. Its IP is nil if it listens on
// every address.
func (c *PacketConn) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(c.key) }

// RemoteAddr returns the address that the socket is connected to, a *net.UDPAddr, or nil.
func (c *PacketConn) RemoteAddr() net.Addr {
	if !c.remote.IsValid() {
		return nil
	}
	return net.UDPAddrFromAddrPort(c.remote)
}

// SetDeadline sets the deadlines of reading and writing.
func (c *PacketConn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline sets the time after which waiting for a datagram returns os.ErrDeadlineExceeded.
// The zero time means no deadline.
func (c *PacketConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone != nil {
		return c.opError("set", c.gone)
	}
	c.readDeadline.set(t, &c.cond)
	return nil
}

// SetWriteDeadline sets the time after which writing returns os.ErrDeadlineExceeded.
func (c *PacketConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone != nil {
		return c.opError("set", c.gone)
	}
	c.writeBy = t
	return nil
}

func (c *PacketConn) opError(op string, err error) error {
	return opError("udp", op, c.LocalAddr(), c.RemoteAddr(), err)
}
