package run

import (
	"crypto/tls"
	"net"
	"strings"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/sim"
)

// The values of [FTP.Server] beside a HOST:PORT.
const (
	FTPEmbedded = "embedded" // a server inside the fleet
	FTPDirect   = "direct"   // the server that the host asks for
)

// FTP says which server the modems reach. The zero value is an embedded one with sample files that
// takes any login.
type FTP struct {
	// Server is FTPEmbedded, FTPDirect, or HOST:PORT, which is reached whatever the host asks for.
	// "" is FTPEmbedded.
	Server string
	TLS    *tls.Config // explicit FTPS to a server that is not embedded; nil is without

	Embedded backend.EmbeddedOptions // of the embedded server
	Listen   string                  // [HOST:]PORT where other clients reach that too; "" is nowhere
}

// open returns the server, and adds to the fleet what has to be closed.
func (f FTP) open(fl *Fleet) (sim.FTPServer, error) {
	switch f.Server {
	case "", FTPEmbedded:
		return f.embedded(fl)
	case FTPDirect:
		server := sim.Direct()
		server.TLS = f.TLS
		return server, nil
	}
	server := sim.At(f.Server)
	server.TLS = f.TLS
	return server, nil
}

func (f FTP) embedded(fl *Fleet) (sim.FTPServer, error) {
	e, err := backend.NewEmbedded(f.Embedded)
	if err != nil {
		return sim.FTPServer{}, &Error{Part: PartFTP, Err: err}
	}
	fl.opened = append(fl.opened, e)
	if f.Listen != "" {
		var address *net.TCPAddr
		if address, err = e.Listen(withColon(f.Listen)); err != nil {
			return sim.FTPServer{}, &Error{Part: PartFTPListen, Err: err}
		}
		fl.ftpAddress = address
	}
	return sim.Embedded(e), nil
}

// withColon makes HOST:PORT of a PORT alone.
func withColon(address string) string {
	if strings.Contains(address, ":") {
		return address
	}
	return ":" + address
}
