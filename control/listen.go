package control

import (
	"net"

	"github.com/modemsim/modemsim/port"
)

// listenUnix makes a socket that only its owner can open.
func listenUnix(path string) (net.Listener, error) {
	return port.ListenUnix(path, port.SocketOptions{})
}
