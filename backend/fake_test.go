package backend

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/modemsim/modemsim/backend/memnet"
)

// The fake server's control port; its data ports are on the same address.
var fakeAddr = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 10), Port: 21}

// fakeServer is a server that follows a script: what it sends and what it
// expects, in order, on one connection.
type fakeServer struct {
	t       *testing.T
	net     *memnet.Network
	control net.Conn
	in      *bufio.Reader
	data    net.Listener
	conn    net.Conn // the data connection
}

func newFake(t *testing.T, control net.Conn) *fakeServer {
	return &fakeServer{t: t, control: control, in: bufio.NewReader(control)}
}

// say sends lines as they are.
func (f *fakeServer) say(lines ...string) {
	for _, line := range lines {
		if _, err := io.WriteString(f.control, line+"\r\n"); err != nil {
			f.t.Errorf("server says %q: %v", line, err)
			runtime.Goexit()
		}
	}
}

// want waits for a command.
func (f *fakeServer) want(line string) {
	got, err := f.in.ReadString('\n')
	if err != nil || got != line+"\r\n" {
		f.t.Errorf("server got %q, %v; want %q", got, err, line)
		runtime.Goexit()
	}
}

// wantEnd waits for the client to close the control connection.
func (f *fakeServer) wantEnd() {
	if got, err := f.in.ReadString('\n'); err == nil {
		f.t.Errorf("server got %q; want the end of the connection", got)
	}
}

// secure begins TLS on the control connection.
func (f *fakeServer) secure(cert tls.Certificate) {
	f.control = tls.Server(f.control, &tls.Config{Certificates: []tls.Certificate{cert}})
	f.in = bufio.NewReader(f.control)
}

// answer waits for a command and sends the reply.
func (f *fakeServer) answer(line string, reply ...string) {
	f.want(line)
	f.say(reply...)
}

func (f *fakeServer) login() {
	f.say("220 ready")
	f.answer("USER ann", "331 Password, please")
	f.answer("PASS secret", "230 Hello")
	f.answer("TYPE I", "200 Binary")
}

// passive answers a PASV with an open port.
func (f *fakeServer) passive() {
	f.want("PASV")
	l, err := f.net.Listen(&net.TCPAddr{IP: fakeAddr.IP})
	if err != nil {
		f.t.Error(err)
		runtime.Goexit()
	}
	f.data = l
	port := l.Addr().(*net.TCPAddr).Port
	f.say(pasvReply("192,0,2,10", port))
}

func pasvReply(host string, port int) string {
	return fmt.Sprintf("227 Entering Passive Mode (%s,%d,%d)", host, port>>8, port&0xff)
}

// accept accepts the data connection and then a command.
func (f *fakeServer) accept(command string, reply ...string) {
	f.connect()
	f.answer(command, reply...)
}

// connect accepts the data connection.
func (f *fakeServer) connect() {
	conn, err := f.data.Accept()
	if err != nil {
		f.t.Error(err)
		runtime.Goexit()
	}
	f.conn = conn
}

func (f *fakeServer) send(data string) {
	if _, err := io.WriteString(f.conn, data); err != nil {
		f.t.Errorf("server sends data: %v", err)
	}
}

// withSession runs a scripted server and a client against it in a synctest
// bubble. The server's script begins after the login, the client has a session
// that is logged in.
func withSession(t *testing.T, o Options, script func(*fakeServer), client func(*testing.T, *Session)) {
	t.Helper()
	withServer(t, func(f *fakeServer) { f.login(); script(f) }, func(t *testing.T, dial dialFunc) {
		o.Dial = dial
		s, _, err := Open(t.Context(), fakeAddr.String(), o)
		must(t, err)
		defer s.Close()
		_, err = s.User(t.Context(), "ann")
		must(t, err)
		_, err = s.Pass(t.Context(), "secret")
		must(t, err)
		client(t, s)
	})
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// withServer runs a scripted server and a client in a bubble. The server stays
// connected after the end of its script.
func withServer(t *testing.T, script func(*fakeServer), client func(t *testing.T, dial dialFunc)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l, err := n.Listen(fakeAddr)
		must(t, err)
		var work sync.WaitGroup
		work.Go(func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f := newFake(t, conn)
			f.net = n
			defer conn.Close()
			script(f)
			io.Copy(io.Discard, f.in)
		})
		defer work.Wait()
		defer n.Close()
		client(t, n.DialContext)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantReply(t *testing.T, r Reply, err error, last string) {
	t.Helper()
	if err != nil || r.Last() != last {
		t.Fatalf("reply %q, error %v; want %q", r.Last(), err, last)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v; want %v", err, want)
	}
}

// wantRefusal wants a refusal: its code in the error, its line in the reply.
func wantRefusal(t *testing.T, r Reply, err error, last string) {
	t.Helper()
	var refused *textproto.Error
	if !errors.As(err, &refused) || fmt.Sprint(refused.Code) != last[:3] || r.Last() != last {
		t.Fatalf("reply %q, error %v; want the refusal %q", r.Last(), err, last)
	}
}

// lost reports whether the session says that it is lost.
func lost(s *Session) bool {
	select {
	case <-s.Lost():
		return true
	default:
		return false
	}
}

// passive sends a PASV, which must succeed.
func passive(t *testing.T, s *Session) {
	t.Helper()
	r, err := s.Passive(t.Context())
	if err != nil || !strings.HasPrefix(r.Last(), "227 ") {
		t.Fatalf("PASV: %q, %v", r.Last(), err)
	}
}
