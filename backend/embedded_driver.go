package backend

import (
	"crypto/tls"
	"errors"
	"net"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// Both limits are the library's default for an idle session: a host may pause for minutes between
// two commands, and so may a modem on its behalf.
const (
	idleSeconds = 900
	dataSeconds = 900
)

const greeting = "modemsim FTP server ready"

var (
	errLogin       = errors.New("login incorrect")
	errEncryption  = errors.New("no certificate")
	errShuttingOff = errors.New("the server is shutting down")
)

// embeddedDriver adapts the embedded server to ftpserverlib. There is one for the memory network
// and one for each address of [Embedded.Listen], so that data connections come in where the control
// connection did.
type embeddedDriver struct {
	*Embedded
	listener      net.Listener // for control connections
	listenForData func() (dataListener, error)
}

var (
	_ ftpserver.MainDriver                         = (*embeddedDriver)(nil)
	_ ftpserver.MainDriverExtensionPassiveWrapper  = (*embeddedDriver)(nil)
	_ ftpserver.MainDriverExtensionPostAuthMessage = (*embeddedDriver)(nil)
)

// GetSettings implements ftpserver.MainDriver. The transfer type is at first ASCII (RFC 959 5.1),
// and ASCII files are converted.
func (d *embeddedDriver) GetSettings() (*ftpserver.Settings, error) {
	return &ftpserver.Settings{
		Listener:                 idleListener{d.listener},
		ListenAddr:               d.listener.Addr().String(), // shown by STAT only
		Banner:                   greeting,
		PassiveTransferPortRange: memoryPorts{},
		PublicIPResolver:         addressAskedFor,
		IdleTimeout:              idleSeconds,
		ConnectionTimeout:        dataSeconds,
		DisableActiveMode:        true,
		DisableMFMT:              true,
		DisableSite:              true,
	}, nil
}

// addressAskedFor returns the address that the client dialled, the near address of its control
// connection.
func addressAskedFor(cc ftpserver.ClientContext) (string, error) {
	host, _, err := net.SplitHostPort(cc.LocalAddr().String())
	return host, err
}

// ClientConnected implements ftpserver.MainDriver.
func (d *embeddedDriver) ClientConnected(cc ftpserver.ClientContext) (string, error) {
	if !d.enter() {
		return errShuttingOff.Error(), errShuttingOff
	}
	cc.SetExtra(d) // marks a session for ClientDisconnected
	return greeting, nil
}

// ClientDisconnected implements ftpserver.MainDriver.
func (d *embeddedDriver) ClientDisconnected(cc ftpserver.ClientContext) {
	if cc.Extra() != nil {
		d.open.Done()
	}
}

// AuthUser implements ftpserver.MainDriver.
func (d *embeddedDriver) AuthUser(_ ftpserver.ClientContext, user, password string) (ftpserver.ClientDriver, error) {
	o := d.options
	if (o.User != "" || o.Password != "") && (user != o.User || password != o.Password) {
		return nil, errLogin
	}
	return d.files, nil
}

// PostAuthMessage gives the 530 reply the text that common servers use. The 230 keeps the
// library's.
func (d *embeddedDriver) PostAuthMessage(_ ftpserver.ClientContext, _ string, err error) string {
	if err != nil {
		return "Login incorrect."
	}
	return ""
}

// GetTLSConfig implements ftpserver.MainDriver: the module's client knows no TLS.
func (d *embeddedDriver) GetTLSConfig() (*tls.Config, error) { return nil, errEncryption }

// idleListener makes every reply restart the idle timeout of a session. The library restarts it at
// commands only, so that after a long transfer the next command could come too late.
type idleListener struct{ net.Listener }

// Accept implements net.Listener.
func (l idleListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return idleConn{c}, nil
}

type idleConn struct{ net.Conn }

// Write sends one line of a reply, since the library flushes each. The deadline is that of reads
// and writes, as the library sets it.
func (c idleConn) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(idleSeconds * time.Second)); err != nil {
		return 0, err
	}
	if _, err := c.Conn.Write(replyCodes(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
