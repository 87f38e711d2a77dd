package sim_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend/memnet"
	"github.com/modemsim/modemsim/sim"
)

// A network lies between the modem and the embedded server and fails as a test wants. Port 21 is
// the control connection.
type network struct {
	dialog *dialog
	dial   time.Duration                   // how long it takes to open a connection
	late   func(line string) time.Duration // how long a line of the server is under way
	reply  func(line string) string        // what becomes of a line of the server
	pace   time.Duration                   // how long one read of a data connection takes

	mu      sync.Mutex
	dialled []string
	control *link // the last one
	data    *link // the last one
}

// startNetwork starts a modem that reaches its server over a network that the caller can make fail.
func startNetwork(t *testing.T, n *network, options ...sim.Option) *dialog {
	t.Helper()
	n.dialog = startModem(t, append([]sim.Option{sim.FTP(sim.FTPServer{Dial: n.open, Manual: true})}, options...)...)
	return n.dialog
}

func (n *network) open(ctx context.Context, network, address string) (net.Conn, error) {
	time.Sleep(n.dial)
	conn, err := n.dialog.server.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l := &link{Conn: conn.(*memnet.Conn), network: n, closed: make(chan struct{}), stall: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dialled = append(n.dialled, address)
	if strings.HasSuffix(address, ":21") {
		l.lines = bufio.NewReader(l.Conn)
		n.control = l
	} else {
		n.data = l
	}
	return l, nil
}

// cutData and cutControl break the connection that was opened last.
func (n *network) cutData()    { n.last(&n.data).Reset() }
func (n *network) cutControl() { n.last(&n.control).Reset() }

// stallData lets nothing more of the host through to the server.
func (n *network) stallData() { close(n.last(&n.data).stall) }

func (n *network) last(l **link) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	return *l
}

// A link is one connection over a network.
type link struct {
	*memnet.Conn
	network *network
	lines   *bufio.Reader // of a control connection
	rest    string        // of the last line

	stall    chan struct{} // closed: writes wait for the connection's end
	deadline time.Time     // of writes
	once     sync.Once
	closed   chan struct{}
}

func (l *link) Read(p []byte) (int, error) {
	if l.lines != nil {
		return l.readLine(p)
	}
	n, err := l.Conn.Read(p)
	l.wait(l.network.pace)
	return n, err
}

// readLine gives the server's lines one at a time.
func (l *link) readLine(p []byte) (int, error) {
	if l.rest == "" {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			return 0, err
		}
		if l.network.late != nil {
			l.wait(l.network.late(line))
		}
		if l.network.reply != nil {
			line = l.network.reply(line)
		}
		l.rest = line
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// wait lets d pass, unless the connection ends.
func (l *link) wait(d time.Duration) {
	if d == 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-l.closed:
	}
}

func (l *link) Write(p []byte) (int, error) {
	select {
	case <-l.stall:
		select {
		case <-l.closed:
		case <-time.After(time.Until(l.deadline)):
			return 0, os.ErrDeadlineExceeded
		}
	default:
	}
	return l.Conn.Write(p)
}

// SetWriteDeadline also bounds a write that stalls.
func (l *link) SetWriteDeadline(t time.Time) error {
	l.deadline = t
	return l.Conn.SetWriteDeadline(t)
}

func (l *link) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Conn.Close()
}

func (l *link) Reset() error {
	l.once.Do(func() { close(l.closed) })
	return l.Conn.Reset()
}

// lateReply delays the lines that start with a text.
func lateReply(text string, by time.Duration) func(string) time.Duration {
	return func(line string) time.Duration {
		if strings.HasPrefix(line, text) {
			return by
		}
		return 0
	}
}

// otherReply has a line in the place of those that start with a text.
func otherReply(text, line string) func(string) string {
	return func(s string) string {
		if strings.HasPrefix(s, text) {
			return line + "\r\n"
		}
		return s
	}
}
