package sim

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// An FTPServer says where the module's FTP client connects to. The zero value
// is a network without any server.
type FTPServer struct {
	// Dial opens connections; nil: there is no server.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Target turns the address that the host asked for into the one to dial;
	// nil leaves it as it is.
	Target func(address string) string
	// TrustPASV dials the address of a 227 reply as given.
	TrustPASV bool
	// Put puts a file on the server, and Size returns the size of one in bytes;
	// nil where that is not possible.
	Put  func(name string, content []byte) error
	Size func(name string) (bytes int64, ok bool)
	// Stored returns what the server has of an upload that is complete; nil: what the
	// modem has sent of it counts.
	Stored func(name string) (content []byte, ok bool)
	// TLS protects the connections (explicit FTPS, RFC 4217), although the module
	// itself knows none of it; nil leaves them in the clear. See
	// [backend.Options.TLS].
	TLS *tls.Config
	// Manual shows replies in the wording of the module's manual, not in the
	// server's.
	Manual bool
}

// Embedded is the server that runs within modemsim; it answers at whatever
// address the host asks for.
func Embedded(e *backend.Embedded) FTPServer {
	return FTPServer{Dial: e.DialContext, Put: e.WriteFile, Size: e.Size, Stored: e.Stored, Manual: true}
}

// Direct connects to the address that the host asks for.
func Direct() FTPServer {
	return FTPServer{Dial: new(net.Dialer).DialContext, TrustPASV: true}
}

// At connects to the server at a HOST:PORT whatever the host asks for.
func At(address string) FTPServer {
	return FTPServer{
		Dial:   new(net.Dialer).DialContext,
		Target: func(string) string { return address },
	}
}

var errNoServer = errors.New("this modem has no FTP server")

// OpenFTP implements [commands.Engine].
func (m engine) OpenFTP(address string) func(context.Context) (*backend.Session, backend.Reply, error) {
	if m.ftp.Target != nil {
		address = m.ftp.Target(address)
	}
	options := m.ftpOptions()
	return func(ctx context.Context) (*backend.Session, backend.Reply, error) {
		if options.Dial == nil {
			return nil, backend.Reply{}, errNoServer
		}
		session, reply, err := backend.Open(ctx, address, options)
		if errors.Is(err, backend.ErrTLS) {
			// The host sees ERROR only.
			m.log.Error("the FTP connection is not protected and was given up", "why", err)
		}
		if err != nil {
			return nil, reply, err
		}
		m.beside(func() { m.watchFTP(session) })
		return session, reply, nil
	}
}

// ftpOptions returns the time limits, hooks and trace of a session.
func (m *Modem) ftpOptions() backend.Options {
	s := m.state.Settings
	return backend.Options{
		Dial:      m.ftp.Dial,
		Connect:   s.FTPConnect,
		ReplyWait: s.FTPReply,
		DataIdle:  s.FTPIdle,
		TLS:       m.ftp.TLS,
		TrustPASV: s.PASVAddress == scenarios.PASVAddressReply || s.PASVAddress == scenarios.PASVAddressAuto && m.ftp.TrustPASV,
		Before:    m.beforeFTP,
		Trace:     m.traceFTP,
	}
}

// beforeFTP lets the owner's faults act on an FTP command before it goes out.
func (m *Modem) beforeFTP(ctx context.Context, verb, _ string) backend.Intervention {
	type answer struct {
		backend.Intervention
		wait time.Duration
	}
	answers := make(chan answer, 1)
	m.post(func() {
		i, wait := m.intervene(verb)
		if w := m.ch.waiting; w != nil && wait > 0 {
			w.until = time.Now().Add(wait)
		}
		answers <- answer{i, wait}
	})
	select {
	case a := <-answers:
		waitFor(ctx, a.wait)
		return a.Intervention
	case <-ctx.Done():
		return backend.Intervention{Err: ctx.Err()}
	}
}

// traceFTP records the control connection.
func (m *Modem) traceFTP(out bool, line string) {
	m.post(func() { m.transcript.FTP(out, line) })
}

// watchFTP notices the loss of the control connection while no command waits
// for it.
func (m *Modem) watchFTP(session *backend.Session) {
	select {
	case <-session.Done():
	case <-m.life.Done():
	}
	m.post(func() {
		if _, err := session.LostBy(); err != nil {
			m.transcript.note("%v", err)
			m.log.Info("the FTP connection ended", "why", m.transcript.Masked(err.Error()))
		}
		switch d := m.ftpStream(); {
		case m.state.FTP.Session != session:
		case d == nil:
			m.endFTP()
		case d.traits.FromHost && !d.ending:
			d.drop(commands.Unwired)
		}
	})
}

// ftpStream is the FTP transfer that data mode carries, if there is one.
func (m *Modem) ftpStream() *dataStream {
	for _, d := range m.ch.streams {
		if d.Stream == m.state.FTP.Transfer {
			return d
		}
	}
	return nil
}

// dropFTP ends the FTP transfer, if there is one, before its time.
func (m *Modem) dropFTP(why commands.Cause) {
	if d := m.ftpStream(); d != nil {
		d.drop(why)
	}
}

// FileSize implements [commands.Engine].
func (m engine) FileSize(name string) (bytes int64, known bool) {
	if m.ftp.Size == nil {
		return 0, false
	}
	return m.ftp.Size(name)
}

// ManualWording implements [commands.Engine].
func (m engine) ManualWording() bool {
	text := m.state.Settings.FTPText
	return text == scenarios.FTPTextManual || text == scenarios.FTPTextAuto && m.ftp.Manual
}

// endFTP closes the FTP session, if one is open; see [commands.Engine].
func (m *Modem) endFTP() {
	m.dropFTP(commands.Dropped)
	ftp := m.state.FTP
	if !ftp.Open() {
		return
	}
	m.state.FTP = commands.FTP{}
	m.beside(func() { ftp.Session.Close() })
	m.note(Event{Kind: scenarios.EventFTPClosed})
}
