package run

import (
	"fmt"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/backend/internet"
)

// The values of [Net.Network].
const (
	NetEmbedded = "embedded" // a network in memory
	NetDirect   = "direct"   // the network of this machine
)

// Net says which network is behind the modems, apart from their FTP client. The zero value is an
// embedded one, whose HTTP and FTP have the files of the embedded FTP server.
type Net struct {
	// Network is NetEmbedded or NetDirect. "" is NetEmbedded.
	Network string
	// Map sends connections to its keys, each NAME:PORT or IP:PORT, to its values, each HOST:PORT,
	// by ordinary sockets, whatever Network is.
	Map map[string]string
}

func (n Net) embedded() bool { return n.Network == "" || n.Network == NetEmbedded }

// check returns what is wrong with a Net.
func (n Net) check() error {
	if !n.embedded() && n.Network != NetDirect {
		return fmt.Errorf("the network is %s or %s, not %q", NetEmbedded, NetDirect, n.Network)
	}
	_, err := internet.Map(internet.Direct(), n.Map) // which opens nothing
	return err
}

// open returns the network that all modems of the fleet share. files is what HTTP and FTP of the
// embedded one show.
func (n Net) open(fl *Fleet, files *backend.Embedded) (internet.Network, error) {
	network := internet.Direct()
	if n.embedded() {
		e := internet.NewEmbedded(internet.Options{Files: files})
		fl.opened = append(fl.opened, e)
		network = e
	}
	if len(n.Map) == 0 {
		return network, nil
	}
	return internet.Map(network, n.Map)
}
