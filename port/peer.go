package port

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// keepAlive finds a peer that is gone without a word while nothing is on its way to it, in 25 s.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}

// silenceMax is how long a peer may leave output without an acknowledgment.
const silenceMax = 25 * time.Second

// errSilent ends a connection whose peer is gone while output is on its way to it.
var errSilent = errors.New("no acknowledgment for 25 s")

// vanished reports whether a connection ended because nothing came back from its peer.
func vanished(err error) bool {
	return errors.Is(err, errSilent) || errors.Is(err, syscall.ETIMEDOUT) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)
}

// peerName says who is at the other end.
func peerName(c net.Conn) string {
	if c.RemoteAddr().Network() == "unix" {
		return localPeer(c.(*net.UnixConn))
	}
	return c.RemoteAddr().String()
}

// socketBuffer is what the kernel holds for each side while that does not read, in bytes (Linux takes twice that): the one that writes is to wait for it.
const socketBuffer = 64 << 10

// newConnection is one over a socket.
func newConnection(c net.Conn, p protocol, name string, farewell func(error) string) *connection {
	socket := c.(interface { // of TCP and of unix sockets
		syscall.Conn
		SetReadBuffer(int) error
		SetWriteBuffer(int) error
	})
	_, _ = socket.SetReadBuffer(socketBuffer), socket.SetWriteBuffer(socketBuffer) // a socket that is broken fails its first read
	return &connection{
		far: newSocketFar(c), proto: p, name: name, farewell: farewell, pause: &pause{socket: socket, limit: c.SetReadDeadline},
	}
}
