package run

import (
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/port"
)

// NetworkPTY is the network of an address that is a pty. Its path is that of the symbolic link, or
// empty.
const NetworkPTY = "pty"

// A Wire says what the hosts reach a modem over. The zero value is a pty.
//
// Of several modems each has an address of its own: %d in the path is the number of the modem, and
// a port counts up from the first modem's, or is a free one for each when it is 0.
type Wire struct {
	Address port.Address // network "" is NetworkPTY
	Connect bool         // connect to the address, where a host listens, and do not listen there
	Mode    fs.FileMode  // permissions of the pty or the unix socket; 0 is the default
	Group   string       // that the pty or the unix socket belongs to; "" is the default
}

// check reports why count modems cannot have an address each.
func (w Wire) check(count int) error {
	a := w.Address
	switch {
	case count == 1:
	case a.Path != "" && !strings.Contains(a.Path, "%d"):
		return fmt.Errorf("%d modems need as many paths, and %s is one: write %%d where the number of the modem goes", count, a.Path)
	case a.Port+count-1 > math.MaxUint16:
		return fmt.Errorf("there are no %d ports from %d on", count, a.Port)
	}
	return nil
}

// pluggable reports whether a scenario can unplug the wire.
func (w Wire) pluggable() bool { return w.network() == NetworkPTY && w.Address.Path != "" }

// network is the kind of the wire.
func (w Wire) network() string {
	if w.Address.Network == "" {
		return NetworkPTY
	}
	return w.Address.Network
}

// addressOf returns the address of modem n.
func (w Wire) addressOf(n int) port.Address {
	a := w.Address
	a.Network = w.network()
	a.Path = Numbered(a.Path, n)
	if a.Port != 0 {
		a.Port += n - 1
	}
	return a
}

// Numbered returns a name with the number of a modem in the place of %d.
func Numbered(name string, modem int) string {
	return strings.ReplaceAll(name, "%d", strconv.Itoa(modem))
}

// A connection is an open wire: the modem's end, what a host connects to (or what the modem has
// connected to), and its parts.
type connection struct {
	io.ReadWriteCloser
	path    string
	address port.Address
}

// open makes the wire of modem n.
func (w Wire) open(n int) (connection, error) {
	a := w.addressOf(n)
	switch {
	case a.Network == NetworkPTY:
		return openPTY(a, port.PTYOptions{Link: a.Path, Mode: w.Mode, Group: w.Group})
	case w.Connect:
		c, err := port.Connect(a.String())
		if err != nil {
			return connection{}, err
		}
		return connection{c, c.Path(), c.Address()}, nil
	}
	s, err := port.Listen(a.String(), port.SocketOptions{Mode: w.Mode, Group: w.Group})
	if err != nil {
		return connection{}, err
	}
	return connection{s, s.Path(), s.Address()}, nil
}

// openPTY makes a pty. Under a link it is one that scenarios can unplug.
func openPTY(a port.Address, o port.PTYOptions) (connection, error) {
	var tty interface {
		io.ReadWriteCloser
		Path() string
	}
	var err error
	if o.Link != "" {
		tty, err = port.OpenPluggable(o)
	} else {
		tty, err = port.OpenPTY(o)
	}
	if err != nil {
		return connection{}, err
	}
	a.Path = tty.Path()
	return connection{tty, a.Path, a}, nil
}
