//go:build unix

package backend

import (
	"net"
	"syscall"
)

// stopListening takes a listening socket out of the system's port table while its descriptor stays open. It is a
// precaution that Linux grants (a shutdown listener refuses connections); where the system does not, the socket goes on
// listening, and nobody accepts on it.
func stopListening(l net.Listener) {
	socket, ok := l.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := socket.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_RD) })
	}
}
