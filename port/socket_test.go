package port

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// listening is a socket under test with its events.
type listening struct {
	*Socket
	*tap
}

func listen(t *testing.T, address string) *listening {
	t.Helper()
	s, err := Listen(address, SocketOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &listening{s, tapped(t, s)}
}

// streams runs a test over TCP and over a unix socket.
func streams(t *testing.T, test func(t *testing.T, s *listening)) {
	t.Run("tcp", func(t *testing.T) { test(t, listen(t, "tcp:")) })
	t.Run("unix", func(t *testing.T) { test(t, listen(t, "unix:"+filepath.Join(t.TempDir(), "modem"))) })
}

// hostConn is the host's end of a connection.
type hostConn interface {
	net.Conn
	CloseWrite() error
}

// dial connects as a host does, to Path.
func (s *listening) dial() hostConn {
	s.t.Helper()
	network, at, _ := strings.Cut(s.Path(), ":")
	if network == "rfc2217" {
		network, at = "tcp", strings.TrimPrefix(at, "//")
	}
	c, err := net.Dial(network, at)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	return c.(hostConn)
}

// wantEnd reads to the end, and compares.
func wantEnd(t *testing.T, r io.Reader, want string) {
	t.Helper()
	if got, err := io.ReadAll(r); err != nil || string(got) != want {
		t.Fatalf("read %.80q, %v, want %.80q and the end", got, err, want)
	}
}

func TestSocketTellsOpenDataClose(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		for range 2 {
			host := s.dial()
			out := s.want("open").Host
			text(t, host, "AT\r")
			s.wantData("AT\r")
			text(t, out, "\r\nOK\r\n")
			read(t, host, "\r\nOK\r\n")
			closed(t, host)
			s.want("close")
			text(t, out, "dropped")
			text(t, s, "dropped")
		}
	})
}

func TestSocketCarriesEveryByte(t *testing.T) {
	var all []byte
	for i := range 1 << 16 {
		all = append(all, byte(i), byte(i>>8))
	}
	streams(t, func(t *testing.T, s *listening) {
		host := s.dial()
		out := s.want("open").Host
		go out.Write(all)
		read(t, host, string(all))
		go host.Write(all)
		s.wantData(string(all))
	})
}

func TestSocketReadAndWriteAreAStream(t *testing.T) {
	p, err := Listen("tcp:", SocketOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := &listening{p, &tap{t: t}}
	text(t, p, "nobody is there")
	host := s.dial()
	text(t, host, "AT\r")
	read(t, p, "AT\r")
	text(t, p, "OK\r\n")
	read(t, host, "OK\r\n")
	closed(t, p)
	if n, err := p.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("Read after Close: %d, %v, want 0, EOF", n, err)
	}
	if _, err := p.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write after Close: %v, want net.ErrClosed", err)
	}
	closed(t, p)
}

// A host that connects while another is there gets one line, even after it has sent something, and
// the other one is not disturbed.
func TestSocketServesOneAtATime(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		first := s.dial()
		out := s.want("open").Host
		for range 3 {
			second := s.dial()
			text(t, second, "AT\r")
			notice := s.wantNotice(" was turned away: the modem is in use by " + s.name())
			wantEnd(t, second, "modemsim: this modem is in use by "+s.name()+"\r\n")
			if host := second.LocalAddr(); host.Network() == "tcp" && !strings.HasPrefix(notice, host.String()+" ") {
				t.Errorf("notice %q, want one about %s", notice, host)
			}
			if host := first.LocalAddr(); host.Network() == "tcp" && host.String() != s.name() {
				t.Errorf("in use by %s, want %s", s.name(), host)
			}
		}
		text(t, first, "AT\r")
		s.wantData("AT\r")
		text(t, out, "OK\r\n")
		read(t, first, "OK\r\n")
		closed(t, first)
		s.want("close")
		third := s.dial()
		text(t, third, "ATI\r")
		s.want("open")
		s.wantData("ATI\r")
	})
}

// A host is turned away soon, however many others are.
func TestSocketTurnsManyAway(t *testing.T) {
	const hosts = 20
	streams(t, func(t *testing.T, s *listening) {
		first := s.dial()
		s.want("open")
		start := time.Now()
		var many []hostConn
		for range hosts {
			many = append(many, s.dial())
		}
		for _, host := range many {
			s.wantNotice(" was turned away: the modem is in use by " + s.name())
			wantEnd(t, host, "modemsim: this modem is in use by "+s.name()+"\r\n")
			closed(t, host)
		}
		if took := time.Since(start); took > hosts/2*grace {
			t.Errorf("the last of %d was turned away after %v", hosts, took)
		}
		text(t, first, "AT\r")
		s.wantData("AT\r")
	})
}

// name returns the name of the host that is connected.
func (s *listening) name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn.name
}

// Hosts that wait in the backlog are served one after the other, even if those before them have
// closed and the modem has not dealt with that yet.
func TestSocketServesHostsInTurn(t *testing.T) {
	const hosts = 1000
	streams(t, func(t *testing.T, s *listening) {
		go func() {
			for i := range hosts {
				host := s.dial()
				text(t, host, fmt.Sprintf("host %d", i))
				closed(t, host)
			}
		}()
		for i := range hosts {
			s.want("open")
			s.wantData(fmt.Sprintf("host %d", i))
			s.want("close")
		}
	})
}

// The next host waits as well when the one before has sent more than the port holds and closed, and
// the modem does not take it.
func TestSocketLetsTheNextWaitForBytesOfTheLast(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		much := strings.Repeat("0123456789abcdef", 6<<10)
		first := s.dial()
		text(t, first, much)
		closed(t, first)
		second := s.dial()
		text(t, second, "AT\r")
		if err := second.SetReadDeadline(time.Now().Add(2 * grace)); err != nil {
			t.Fatal(err)
		}
		if n, err := second.Read(make([]byte, 100)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the next read %d bytes, %v; want it to wait", n, err)
		}
		s.want("open")
		s.wantData(much)
		s.want("close")
		s.want("open")
		s.wantData("AT\r")
	})
}

// As with printf 'AT\r' | nc -N, the host shuts down its output and then reads the answers, however
// long they go on.
func TestSocketAnswersAHostThatHasSentItsLast(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		host := s.dial()
		out := s.want("open").Host
		text(t, host, "AT\r")
		if err := host.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		s.wantData("AT\r")
		pace := time.NewTicker(halfClose / 5)
		defer pace.Stop()
		var want strings.Builder
		for start := time.Now(); time.Since(start) < 2*halfClose; <-pace.C {
			text(t, out, "\r\nmore\r\n")
			want.WriteString("\r\nmore\r\n")
		}
		last := time.Now()
		s.want("close")
		if quiet := time.Since(last); quiet < halfClose/2 || quiet > 10*halfClose {
			t.Errorf("the close was told %v after the last output", quiet)
		}
		wantEnd(t, host, want.String())
	})
}

// A host that closes while output is under way is gone at once, not only when the output pauses.
func TestSocketSeesThatNobodyTakesTheAnswers(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		host := s.dial()
		out := s.want("open").Host
		closed(t, host)
		stop := make(chan struct{})
		done := make(chan error)
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				default:
					if n, err := out.Write([]byte("data")); n != 4 || err != nil {
						done <- fmt.Errorf("Write to a host that has closed: %d, %w", n, err)
						return
					}
				}
			}
		}()
		s.want("close")
		close(stop)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// short is a listener whose process is short of descriptors at first.
type short struct {
	*net.TCPListener
	tries int
}

func (l *short) Accept() (net.Conn, error) {
	if l.tries--; l.tries >= 0 {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return l.TCPListener.Accept()
}

func TestSocketOutlivesAShortageOfDescriptors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &listening{Socket: &Socket{address: Address{Network: "tcp", Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}}}
	s.start(&short{l.(*net.TCPListener), 3})
	s.tap = tapped(t, s.Socket)
	s.dial()
	s.want("notice nobody can connect to " + s.Path() + ": too many open files; trying again")
	s.want("open")
}

func TestSocketTellsAReset(t *testing.T) {
	s := listen(t, "tcp:")
	for range 20 {
		host := s.dial().(*net.TCPConn)
		out := s.want("open").Host
		text(t, host, "AT")
		s.wantData("AT")
		if err := host.SetLinger(0); err != nil {
			t.Fatal(err)
		}
		closed(t, host)
		s.want("notice " + host.LocalAddr().String() + ": connection reset by peer")
		s.want("close")
		text(t, out, "dropped")
	}
	host := s.dial()
	s.want("open")
	text(t, host, "AT\r")
	s.wantData("AT\r")
}

// A reset that is first seen by a Write is reported as well.
func TestSocketTellsAResetWhileItWrites(t *testing.T) {
	s := listen(t, "tcp:")
	for range 20 {
		host := s.dial().(*net.TCPConn)
		out := s.want("open").Host
		written := make(chan error)
		go func() {
			_, err := out.Write(make([]byte, 4<<20))
			written <- err
		}()
		read(t, host, string(make([]byte, 100<<10)))
		if err := host.SetLinger(0); err != nil {
			t.Fatal(err)
		}
		closed(t, host)
		s.want("notice " + host.LocalAddr().String() + ": connection reset by peer")
		s.want("close")
		if err := <-written; err != nil {
			t.Errorf("Write to a host that was lost: %v", err)
		}
	}
}

func TestSocketWriteWaitsForAHostThatDoesNotRead(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		const much = 8 << 20
		host := s.dial()
		out := s.want("open").Host
		written := make(chan error, 1)
		write := func() {
			n, err := out.Write(make([]byte, much))
			if err == nil && n != much {
				err = fmt.Errorf("it wrote %d bytes", n)
			}
			written <- err
		}
		go write()
		read(t, host, string(make([]byte, 64<<10))) // so the writer is under way
		text(t, host, "+++")
		s.wantData("+++") // meanwhile
		select {
		case err := <-written:
			t.Fatalf("Write of %d bytes to a host that does not read: %v", much, err)
		default:
		}
		rest := make([]byte, much-64<<10)
		if _, err := io.ReadFull(host, rest); err != nil {
			t.Fatal(err)
		}
		if err := <-written; err != nil {
			t.Fatal(err)
		}
		go write()
		read(t, host, string(make([]byte, 64<<10)))
		start := time.Now()
		closed(t, s.Socket)
		if took := time.Since(start); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		if err := <-written; !errors.Is(err, net.ErrClosed) {
			t.Errorf("the Write that waited gave %v, want net.ErrClosed", err)
		}
		if _, err := out.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Write after Close: %v, want net.ErrClosed", err)
		}
	})
}

func TestSocketCloseGivesTheHostWhatWasWritten(t *testing.T) {
	streams(t, func(t *testing.T, s *listening) {
		host := s.dial()
		out := s.want("open").Host
		text(t, host, "before the end") // unread input would make a reset of a plain close
		want := strings.Repeat("last words ", 5000)
		text(t, out, want)
		closed(t, s.Socket)
		wantEnd(t, host, want)
		s.wantData("before the end")
		if e, ok := <-s.tap.events; ok {
			t.Errorf("event %s after Close", show(e))
		}
	})
}

func TestSocketHoldsABoundedAmountOfInput(t *testing.T) {
	for _, network := range []string{"tcp:", "unix:" + filepath.Join(t.TempDir(), "modem")} {
		p, err := Listen(network, SocketOptions{})
		if err != nil {
			t.Fatal(err)
		}
		s := &listening{p, &tap{t: t}}
		host := s.dial()
		if err := host.SetWriteDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
		n, err := host.Write(sent)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("the host wrote %d bytes that nobody took, %v; want a wait", n, err)
		}
		p.mu.Lock()
		if p.events.cost > pendingMax+2*pieceMax {
			t.Errorf("the port holds %d bytes", p.events.cost)
		}
		p.mu.Unlock()
		closed(t, host)
		s.tap = tapped(t, p)
		s.want("open")
		s.wantData(string(sent[:n]))
		s.want("close")
	}
}

// After Settle, all that a host program did before it ended is known, its close included.
func TestSocketSettle(t *testing.T) {
	for _, address := range []string{"tcp:", "unix:" + filepath.Join(t.TempDir(), "modem")} {
		p, err := Listen(address, SocketOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var got []string
		go func() {
			for e, err := p.Next(); err == nil; e, err = p.Next() {
				mu.Lock()
				got = append(got, show(e))
				mu.Unlock()
			}
		}()
		s := &listening{p, &tap{t: t}}
		for range 200 {
			host := s.dial()
			text(t, host, "ATH\r")
			closed(t, host)
			s.Settle()
			mu.Lock()
			if want := []string{"open", `data "ATH\r"`, "close"}; !slices.Equal(got, want) {
				t.Fatalf("after Settle the events were %q, want %q", got, want)
			}
			got = nil
			mu.Unlock()
		}
		closed(t, p)
	}
}

// All addresses of IPv4 are none of IPv6.
func TestListenOnAnIPv4Address(t *testing.T) {
	for _, network := range []string{"tcp:", "rfc2217:"} {
		s := listen(t, network+"0.0.0.0:0")
		if a := s.Address(); a.Host != "0.0.0.0" || a.Port == 0 || !strings.Contains(s.Path(), "0.0.0.0:") {
			t.Errorf("%s: %s, %+v", network, s.Path(), a)
		}
		if c, err := net.Dial("tcp6", fmt.Sprintf("[::1]:%d", s.Address().Port)); err == nil {
			_ = c.Close()
			t.Errorf("%s: reached over IPv6", network)
		}
		s.dial()
		s.want("open")
	}
	for address, want := range map[string]string{"127.0.0.1:1": "tcp4", "[::]:1": "tcp", "[::1]:1": "tcp", "localhost:1": "tcp", ":1": "tcp"} {
		if got := TCPNetwork(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
