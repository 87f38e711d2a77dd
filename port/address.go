package port

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Address is one end of a wire, as users write it after --listen and --connect. A pty has none.
type Address struct {
	Network string // tcp, rfc2217, unix or serial
	Host    string // tcp, rfc2217
	Port    int    // tcp, rfc2217; 0 listens on a free port
	Path    string // unix: the absolute path of the socket; serial: the device
	Baud    int    // serial, rfc2217 to connect to: speed of the device in bit/s; 0 is its default
}

const (
	loopback = "127.0.0.1"                             // the default: a modem obeys whoever reaches it
	maxPath  = len(syscall.RawSockaddrUnix{}.Path) - 1 // of a unix socket, in bytes
)

// ParseAddress reads tcp:HOST:PORT, rfc2217:HOST:PORT[,BAUD], unix:PATH or serial:DEVICE[,BAUD]. It
// also accepts tcp:// and rfc2217://. HOST defaults to 127.0.0.1 and PORT to 0. PATH becomes
// absolute.
func ParseAddress(text string) (Address, error) {
	network, rest, _ := strings.Cut(text, ":")
	a := Address{Network: network}
	var err error
	switch network {
	case "tcp", "rfc2217":
		rest = strings.TrimPrefix(rest, "//")
		if network == "rfc2217" {
			rest, a.Baud, err = cutBaud(rest)
		}
		if err == nil {
			a.Host, a.Port, err = splitHostPort(rest)
		}
		if err != nil {
			return Address{}, fmt.Errorf("port: %s: %w: write %s:HOST:PORT (such as %[3]s:127.0.0.1:4000)", text, err, network)
		}
	case "unix":
		a.Path, err = socketPath(rest)
		if err != nil {
			return Address{}, fmt.Errorf("port: %s: %w", text, err)
		}
	case "serial":
		if a.Path, a.Baud, err = parseSerial(rest); err != nil {
			return Address{}, fmt.Errorf("port: %w", err)
		}
	default:
		return Address{}, fmt.Errorf("port: %q is not an address: write tcp:HOST:PORT, rfc2217:HOST:PORT, unix:PATH or serial:DEVICE", text)
	}
	return a, nil
}

// splitHostPort is like net.SplitHostPort, with both parts optional.
func splitHostPort(text string) (host string, port int, err error) {
	if text == "" {
		text = ":"
	}
	host, number, err := net.SplitHostPort(text)
	if missing, ok := err.(*net.AddrError); ok && missing.Err == "missing port in address" {
		if _, err := strconv.Atoi(text); err == nil {
			return "", 0, fmt.Errorf("a port alone needs a colon in front (:%s)", text)
		}
		host, number, err = net.SplitHostPort(text + ":")
	}
	if err != nil {
		return "", 0, fmt.Errorf("it is not HOST:PORT; an IPv6 address stands in brackets ([::1]:4000)")
	}
	if number != "" {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return "", 0, fmt.Errorf("port %q is not a number from 0 to 65535", number)
		}
		port = int(n)
	}
	if host == "" {
		host = loopback
	}
	return host, port, nil
}

// cutBaud splits ,BAUD from the end of text. Without one the speed is 0.
func cutBaud(text string) (rest string, baud int, err error) {
	rest, speed, given := strings.Cut(text, ",")
	if !given {
		return rest, 0, nil
	}
	baud, err = strconv.Atoi(speed)
	if err != nil || !serialSpeed(baud) {
		return "", 0, fmt.Errorf("the speed %q is not %d to %d", speed, minSerialBaud, maxSerialBaud)
	}
	return rest, baud, nil
}

// socketPath makes the path of a unix socket absolute and checks its length.
func socketPath(path string) (string, error) {
	if path == "" {
		return "", fmt.Errorf("the socket has no path: write unix:PATH")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if len(path) > maxPath {
		return "", fmt.Errorf("the path of a socket has at most %d bytes, this one has %d: choose a shorter one, such as /tmp/modem", maxPath, len(path))
	}
	return path, nil
}

// String returns the address as [ParseAddress] reads it. For rfc2217 this is the URL that pyserial
// opens.
func (a Address) String() string {
	text := a.Network + ":"
	switch a.Network {
	case "rfc2217":
		text += "//" + a.hostPort()
	case "tcp":
		text += a.hostPort()
	default:
		text += a.Path
	}
	if a.Baud != 0 {
		text += "," + strconv.Itoa(a.Baud)
	}
	return text
}

func (a Address) hostPort() string { return net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) }
