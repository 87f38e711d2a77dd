package control

import (
	"net"

	"github.com/modemsim/modemsim/port"
)

// listenUnix listens on a unix socket that only its owner can connect to.
func listenUnix(path string) (net.Listener, error) {
	return port.ListenUnix(path, port.SocketOptions{})
}
