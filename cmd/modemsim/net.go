package main

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/run"
)

// netFlags are the flags of the network behind the modem.
type netFlags struct {
	net    string
	netMap []string
}

func (f *netFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.net, "net", run.NetEmbedded, "the network behind the modem's sockets, a `KIND`: embedded (in this process: it knows every name, and every address has HTTP and FTP with the files of --files, echo, discard, daytime and time) or direct (that of this machine)")
	flags.StringArrayVar(&f.netMap, "net-map", nil, "send connections to one name or address and port to a server of your own, as `NAME:PORT=HOST:PORT`, whatever --net says; may be repeated")
}

// check checks the flags alone.
func (f *netFlags) check() error {
	if f.net != run.NetEmbedded && f.net != run.NetDirect {
		return wrong("write --net embedded or --net direct", "--net %s: neither embedded nor direct", f.net)
	}
	seen := make(map[string]bool)
	for _, text := range f.netMap {
		key, _, ok := strings.Cut(text, "=")
		switch {
		case !ok:
			return wrong(mapHint, "--net-map %s: = is missing", text)
		case seen[key]:
			return wrong(mapHint, "--net-map: %s is mapped twice", key)
		}
		seen[key] = true
	}
	if _, err := internet.Map(internet.Direct(), f.network().Map); err != nil {
		return wrong(mapHint, "--net-map: %w", err)
	}
	return nil
}

const mapHint = "write --net-map NAME:PORT=HOST:PORT, such as --net-map api.example.com:80=127.0.0.1:8080, each NAME:PORT once"

// network returns the network that the flags describe.
func (f *netFlags) network() run.Net {
	n := run.Net{Network: f.net, Map: make(map[string]string)}
	for _, text := range f.netMap {
		key, target, _ := strings.Cut(text, "=")
		n.Map[key] = target
	}
	return n
}
