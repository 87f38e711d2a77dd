package run

import (
	"crypto/tls"
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

func (f FTP) embedded() bool { return f.Server == "" || f.Server == FTPEmbedded }

// open returns the server. files is the embedded one.
func (f FTP) open(fl *Fleet, files *backend.Embedded) (sim.FTPServer, error) {
	switch {
	case f.embedded():
		return sim.Embedded(files), f.listen(fl, files)
	case f.Server == FTPDirect:
		server := sim.Direct()
		server.TLS = f.TLS
		return server, nil
	}
	server := sim.At(f.Server)
	server.TLS = f.TLS
	return server, nil
}

// listen opens the embedded server to other clients, where it is to.
func (f FTP) listen(fl *Fleet, files *backend.Embedded) error {
	if f.Listen == "" {
		return nil
	}
	address, err := files.Listen(withColon(f.Listen))
	if err != nil {
		return &Error{Part: PartFTPListen, Err: err}
	}
	fl.ftpAddress = address
	return nil
}

// openFiles returns the embedded FTP server, which the embedded network has too, or nil when there
// is neither.
func (c Config) openFiles(fl *Fleet) (*backend.Embedded, error) {
	if !c.FTP.embedded() && !c.Net.embedded() {
		return nil, nil
	}
	e, err := backend.NewEmbedded(c.FTP.Embedded)
	if err != nil {
		return nil, &Error{Part: PartFTP, Err: err}
	}
	fl.opened = append(fl.opened, e)
	return e, nil
}

// withColon makes HOST:PORT of a PORT alone.
func withColon(address string) string {
	if strings.Contains(address, ":") {
		return address
	}
	return ":" + address
}
