package port

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// keepAlive detects a peer that has vanished while nothing is on its way to it, within 25 s.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}

// errSilent ends a connection whose peer is gone while output is on its way to it.
var errSilent = errors.New("no acknowledgment for 25 s")

// vanished reports whether a connection ended because nothing came back from its peer.
func vanished(err error) bool {
	return errors.Is(err, errSilent) || errors.Is(err, syscall.ETIMEDOUT) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)
}

// peerName returns a name for the other end of a connection.
func peerName(c net.Conn) string {
	if c.RemoteAddr().Network() == "unix" {
		return localPeer(c.(*net.UnixConn))
	}
	return c.RemoteAddr().String()
}

// socketBuffer is the size of the kernel's buffer for each direction, in bytes (Linux doubles it).
// It is small, so that a writer waits for a reader that does not read.
const socketBuffer = 64 << 10

// newConnection makes a connection over a socket.
func newConnection(c net.Conn, p protocol, name string, farewell func(error) string) *connection {
	socket := c.(interface { // TCP and unix sockets have these
		syscall.Conn
		SetReadBuffer(int) error
		SetWriteBuffer(int) error
	})
	// Errors are ignored: a broken socket fails its first read.
	_, _ = socket.SetReadBuffer(socketBuffer), socket.SetWriteBuffer(socketBuffer)
	return &connection{
		far: newSocketFar(c), proto: p, name: name, farewell: farewell, pause: &pause{socket: socket, limit: c.SetReadDeadline},
	}
}
