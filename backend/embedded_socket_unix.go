//go:build unix

package backend

import (
	"net"
	"syscall"
)

// stopListening makes a listening socket refuse connections while its descriptor stays open. On
// Linux a shutdown does that; elsewhere the socket may go on listening, but nobody accepts on it.
func stopListening(l net.Listener) {
	socket, ok := l.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := socket.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_RD) })
	}
}
