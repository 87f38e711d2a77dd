package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path"
	"path/filepath"
	"strconv"
	"sync"

	ftpserver "github.com/fclairamb/ftpserverlib"

	"github.com/modemsim/modemsim/backend/memnet"
)

// EmbeddedOptions are the options of the embedded FTP server. With the zero value it serves a few
// sample files to any user.
type EmbeddedOptions struct {
	// Files is the folder served as the root. It is never changed: what clients change is kept
	// apart from it and lost at Close. If empty, the server has hello.txt, firmware.bin (64 KiB in
	// 16-byte lines that hold their offset), User_16.crc (1120 bytes), empty.bin and the folder
	// upload.
	Files string
	// Save is an existing folder into which each complete upload is copied, under its path on the
	// server. If empty, uploads are lost at Close.
	Save string
	// User and Password are the only valid login. If both are empty, any login is valid.
	User, Password string
	// Log receives the server's messages; nil discards them.
	Log *slog.Logger
	// Failed is told why an upload could not be stored or saved, such as a full disk, which the
	// client learns too. It is called from any goroutine and must return soon; nil tells nobody.
	Failed func(error)
}

// Embedded is an FTP server inside the process, on an in-memory network of its own: only
// [Embedded.DialContext] reaches it, unless [Embedded.Listen] or [Embedded.ServeIn] opens it to
// others. Its methods may be called from several goroutines.
type Embedded struct {
	options EmbeddedOptions
	temp    *tempFolder
	files   *files
	network *memnet.Network
	sockets openSockets  // of Listen and ServeIn
	start   func() error // starts serving the memory network

	mu      sync.Mutex
	closed  bool
	roles   map[int]portRole
	passive map[*passiveListener]struct{}
	open    sync.WaitGroup // the accept loop and the sessions
}

// portRole is the purpose of a port of the embedded server: that of its first use.
type portRole byte

const (
	controlPort portRole = iota + 1
	dataPort
)

// standInIP is shown in the 227 reply if the client dialled a name or an IPv6 address, for which
// RFC 959 has no form.
var standInIP = netip.MustParseAddr("192.0.2.1")

// NewEmbedded makes a server, which starts at the first dial. The error for a bad folder is one
// line that ends with what to do. Close must be called, since it removes the server's temporary
// folder.
func NewEmbedded(o EmbeddedOptions) (*Embedded, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Files != "" && o.Save != "" {
		if err := checkApart(o.Files, o.Save); err != nil {
			return nil, err
		}
	}
	temp, err := newTempFolder()
	if err != nil {
		return nil, err
	}
	var tree *files
	if o.Files == "" {
		o.Files = filepath.Join(temp.path, "samples")
		err = writeSamples(o.Files)
	}
	if err == nil {
		tree, err = openFiles(o.Files, filepath.Join(temp.path, "stored"), o.Save, o.Log)
	}
	if err != nil {
		return nil, errors.Join(err, temp.remove())
	}
	temp.settle()
	tree.failed = o.Failed
	e := &Embedded{
		options: o,
		temp:    temp,
		files:   tree,
		network: memnet.New(),
		roles:   make(map[int]portRole),
		passive: make(map[*passiveListener]struct{}),
	}
	e.start = sync.OnceValue(e.serveInMemory)
	return e, nil
}

// DialContext connects to the server, whatever host address has; a name is not looked up. A port
// from a 227 or 229 reply leads to that data connection, any other port to the control connection.
// The 227 reply shows the host that the control connection was dialled with, or 192.0.2.1 if that
// is not an IPv4 address. The connection is a [*memnet.Conn]; its port may differ from the one in
// address.
func (e *Embedded) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial the embedded server: %w", err)
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("dial the embedded server: port %q: want a number from 0 to 65535", service)
	}
	if err := e.start(); err != nil {
		return nil, fmt.Errorf("start the embedded server: %w", err)
	}
	ip, err := netip.ParseAddr(host)
	if ip = ip.Unmap(); err != nil || !ip.Is4() {
		ip = standInIP
	}
	if e.claim(int(port), controlPort) {
		port = controlListenPort
	}
	return e.network.DialContext(ctx, network, netip.AddrPortFrom(ip, uint16(port)).String())
}

// controlListenPort is the port that the server listens on, whatever port was dialled (RFC 959 8).
const controlListenPort = 21

// claim gives port the role if it has none yet, and reports whether it has this role.
func (e *Embedded) claim(port int, role portRole) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.roles[port] == 0 {
		e.roles[port] = role
	}
	return e.roles[port] == role
}

// serveInMemory runs at the first dial, so that in a test the goroutines belong to the dialler's
// bubble.
func (e *Embedded) serveInMemory() error {
	l, err := e.network.Listen(&net.TCPAddr{Port: controlListenPort})
	if err != nil {
		return err
	}
	return e.serve(&embeddedDriver{Embedded: e, listener: l, listenForData: e.listenInMemory})
}

// serve starts the library's server for the clients of one listener.
func (e *Embedded) serve(d ftpserver.MainDriver) error {
	server := ftpserver.NewFtpServer(d)
	server.Logger = e.options.Log
	if err := server.Listen(); err != nil {
		return err
	}
	if !e.enter() {
		return net.ErrClosed
	}
	go func() {
		defer e.open.Done()
		if err := server.Serve(); err != nil {
			e.options.Log.Error("embedded ftp server ended", "err", err)
		}
	}()
	return nil
}

// enter adds to what Close waits for. It returns false once Close has begun.
func (e *Embedded) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.open.Add(1)
	}
	return !e.closed
}

// Stored returns the content of name, a path from the server's root, if it was uploaded completely:
// the server took it all and the data connection ended cleanly. The upload can be renamed with RNFR
// and RNTO, and is gone after DELE and after Close.
func (e *Embedded) Stored(name string) ([]byte, bool) { return e.files.storedContent(name) }

// Size returns the size of a file on the server in bytes; name is a path from the server's root.
func (e *Embedded) Size(name string) (bytes int64, ok bool) {
	info, err := e.files.Stat(path.Clean("/" + name))
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}

// WriteFile puts a file on the server, or replaces one, as if it had been in the served folder from
// the start. It makes missing folders.
func (e *Embedded) WriteFile(name string, data []byte) error { return e.files.seed(name, data) }

// Close resets every session and removes the private temporary folder. An upload that is still
// running stays incomplete. A second Close does nothing.
func (e *Embedded) Close() error {
	e.mu.Lock()
	again := e.closed
	e.closed = true
	e.mu.Unlock()
	if again {
		return nil
	}
	err := e.network.Close()
	e.sockets.close()
	e.open.Wait()
	e.closePassive()
	e.files.close()
	return errors.Join(err, e.temp.remove())
}
