package backend

import (
	"crypto/tls"
	"errors"
	"net"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// Both limits are as long as the library's default for an idle session: a host may think for minutes between two
// commands, and a modem that runs on its behalf may too.
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

// embeddedDriver is the embedded server as ftpserverlib wants to see it: once for the memory network, and once for each
// address of [Embedded.Listen], so that a session's data connections come the way that its control connection came.
type embeddedDriver struct {
	*Embedded
	listener      net.Listener // of control connections
	listenForData func() (dataListener, error)
}

var (
	_ ftpserver.MainDriver                         = (*embeddedDriver)(nil)
	_ ftpserver.MainDriverExtensionPassiveWrapper  = (*embeddedDriver)(nil)
	_ ftpserver.MainDriverExtensionPostAuthMessage = (*embeddedDriver)(nil)
)

// GetSettings implements ftpserver.MainDriver. The transfer type starts as ASCII (RFC 959 5.1), which is converted.
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

// addressAskedFor is the near address of the control connection, which is the one that the client dialled.
func addressAskedFor(cc ftpserver.ClientContext) (string, error) {
	host, _, err := net.SplitHostPort(cc.LocalAddr().String())
	return host, err
}

// ClientConnected implements ftpserver.MainDriver.
func (d *embeddedDriver) ClientConnected(cc ftpserver.ClientContext) (string, error) {
	if !d.enter() {
		return errShuttingOff.Error(), errShuttingOff
	}
	cc.SetExtra(d) // marks a session that was counted
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

// PostAuthMessage gives the 530 reply the words that the usual servers have; the 230 keeps the library's.
func (d *embeddedDriver) PostAuthMessage(_ ftpserver.ClientContext, _ string, err error) string {
	if err != nil {
		return "Login incorrect."
	}
	return ""
}

// GetTLSConfig implements ftpserver.MainDriver: the module's client knows no TLS.
func (d *embeddedDriver) GetTLSConfig() (*tls.Config, error) { return nil, errEncryption }

// idleListener makes every reply restart the time for which a session may be idle. The library restarts it at commands
// only, so that after a transfer of almost that time the next command would come too late.
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

// Write sends one line of a reply: the library flushes each. The library's deadline is for reading and writing alike.
func (c idleConn) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(idleSeconds * time.Second)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
