package control

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"syscall"
)

// maxPath is the longest path of a unix socket in bytes.
const maxPath = len(syscall.RawSockaddrUnix{}.Path) - 1

// resolve parses an address of --ctl: the path of a unix socket, which it makes
// absolute, or tcp:HOST:PORT, whose HOST defaults to 127.0.0.1.
func resolve(address string) (network, at string, err error) {
	if hostPort, ok := strings.CutPrefix(address, "tcp:"); ok {
		host, port, err := net.SplitHostPort(hostPort)
		if err != nil || port == "" {
			return "", "", fmt.Errorf("%s is not tcp:HOST:PORT (such as tcp:127.0.0.1:7000)", address)
		}
		if host == "" {
			host = "127.0.0.1"
		}
		return "tcp", net.JoinHostPort(host, port), nil
	}
	if address == "" {
		return "", "", fmt.Errorf("the control socket has no path (write a path, or tcp:HOST:PORT)")
	}
	path, err := filepath.Abs(address)
	if err == nil && len(path) > maxPath {
		err = fmt.Errorf("%s has %d bytes, the path of a socket at most %d (choose a shorter one, such as /tmp/modem.ctl)", path, len(path), maxPath)
	}
	return "unix", path, err
}
