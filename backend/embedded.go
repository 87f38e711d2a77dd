package backend

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	ftpserver "github.com/fclairamb/ftpserverlib"

	"github.com/modemsim/modemsim/backend/memnet"
)

// EmbeddedOptions says what the embedded FTP server shows and keeps. The zero value serves a few sample files to anybody.
type EmbeddedOptions struct {
	// Files is the folder shown as the root. It is read and never changed; what clients change lies over it and is
	// forgotten at Close. Empty: hello.txt, firmware.bin (64 KiB in 16-byte lines that hold their offset), User_16.crc
	// (1120 bytes), empty.bin and the folder upload.
	Files string
	// Save is an existing folder into which each complete upload is put under its path on the server. Empty: uploads are
	// gone after Close.
	Save string
	// User and Password are the only login taken; both empty: any login is.
	User, Password string
	// Log takes what the server has to say, nil discards it.
	Log *slog.Logger
}

// Embedded is an FTP server inside the process, on a network of its own: it listens on no socket, and only
// [Embedded.DialContext] reaches it, until [Embedded.Listen] lets others in. Its methods may be called from several goroutines.
type Embedded struct {
	options EmbeddedOptions
	temp    string // private folder, removed at Close
	files   *files
	network *memnet.Network
	sockets openSockets  // of Listen
	start   func() error // serves the memory network

	mu      sync.Mutex
	closed  bool
	roles   map[int]portRole
	passive map[*passiveListener]struct{}
	open    sync.WaitGroup // the accept loop and the sessions
}

// portRole is what a port of the embedded server is for: the role in which it was first used.
type portRole byte

const (
	controlPort portRole = iota + 1
	dataPort
)

// standInIP is shown in the 227 reply where the address asked for is a name or IPv6, which RFC 959 has no form for.
var standInIP = netip.MustParseAddr("192.0.2.1")

// NewEmbedded prepares a server; it starts at the first dial. The error of a bad folder is one line that ends with what
// to do. Close must be called: it removes the server's temporary folder.
func NewEmbedded(o EmbeddedOptions) (*Embedded, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Files != "" && o.Save != "" {
		if err := checkApart(o.Files, o.Save); err != nil {
			return nil, err
		}
	}
	temp, err := os.MkdirTemp("", "modemsim-ftp-")
	if err != nil {
		return nil, fmt.Errorf("temporary folder for uploads: %w; set TMPDIR to a folder that can be written", err)
	}
	if o.Files == "" {
		o.Files = filepath.Join(temp, "samples")
		err = writeSamples(o.Files)
	}
	var tree *files
	if err == nil {
		tree, err = openFiles(o.Files, filepath.Join(temp, "stored"), o.Save, o.Log)
	}
	if err != nil {
		os.RemoveAll(temp)
		return nil, err
	}
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

// DialContext connects to the server whatever host address names, a name or an IP address, without looking it up. A port
// shown in a 227 or 229 reply reaches that data connection, any other port the control connection. The 227 reply shows
// the host that the control connection was dialled with (192.0.2.1 where that is no IPv4 address). The connection is a
// [*memnet.Conn]; its port may differ from the one asked for.
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

// controlListenPort is where the server listens, whatever port was dialled: that of RFC 959 8.
const controlListenPort = 21

// claim gives port the role if it has none yet, and reports whether it has it.
func (e *Embedded) claim(port int, role portRole) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.roles[port] == 0 {
		e.roles[port] = role
	}
	return e.roles[port] == role
}

// serveInMemory runs at the first dial, so that in a test the goroutines belong to the bubble of who dials.
func (e *Embedded) serveInMemory() error {
	l, err := e.network.Listen(&net.TCPAddr{Port: controlListenPort})
	if err != nil {
		return err
	}
	return e.serve(&embeddedDriver{Embedded: e, listener: l, listenForData: e.listenInMemory})
}

// serve starts the library's server for clients that come one way.
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

// enter counts something that Close waits for; it is refused once Close has begun.
func (e *Embedded) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.open.Add(1)
	}
	return !e.closed
}

// Stored returns what the server holds under name, a path from its root, if that came by an upload that is complete: the
// server took it all and its data connection ended cleanly. It follows RNFR/RNTO and is gone after
// DELE and after Close.
func (e *Embedded) Stored(name string) ([]byte, bool) { return e.files.storedContent(name) }

// Size is the size of a file of the server in bytes.
func (e *Embedded) Size(name string) (bytes int64, ok bool) {
	info, err := e.files.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}

// WriteFile puts a file on the server, or replaces one there, as if it had been in the served folder from the start. Its
// folders are made.
func (e *Embedded) WriteFile(name string, data []byte) error { return e.files.seed(name, data) }

// Close ends every session by a reset and removes the private temporary folder. An upload still running is incomplete.
// A second Close does nothing.
func (e *Embedded) Close() error {
	e.mu.Lock()
	again := e.closed
	e.closed = true
	e.mu.Unlock()
	if again {
		return nil
	}
	if err := e.network.Close(); err != nil {
		return err
	}
	e.sockets.close()
	e.open.Wait()
	e.closePassive()
	e.files.close()
	if err := os.RemoveAll(e.temp); err != nil {
		return fmt.Errorf("remove the embedded server's temporary folder: %w; remove it by hand", err)
	}
	return nil
}
