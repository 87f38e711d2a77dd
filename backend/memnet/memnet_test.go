package memnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t *testing.T, n *Network, addr *net.TCPAddr) net.Listener {
	t.Helper()
	l, err := n.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func dial(t *testing.T, n *Network, address string) *Conn {
	t.Helper()
	c, err := n.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return c.(*Conn)
}

// pair returns the dialled and the accepted end of a connection to 192.0.2.7:21.
func pair(t *testing.T) (dialled, accepted *Conn) {
	t.Helper()
	n := New()
	l := listen(t, n, &net.TCPAddr{Port: 21})
	defer l.Close()
	dialled = dial(t, n, "192.0.2.7:21")
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return dialled, c.(*Conn)
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

func TestAddresses(t *testing.T) {
	dialled, accepted := pair(t)
	for _, c := range []struct{ got, want net.Addr }{
		{dialled.RemoteAddr(), &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 21}},
		{accepted.LocalAddr(), dialled.RemoteAddr()},
		{accepted.RemoteAddr(), dialled.LocalAddr()},
	} {
		if _, tcp := c.got.(*net.TCPAddr); !tcp || c.got.String() != c.want.String() {
			t.Errorf("address %T %v, want %v", c.got, c.got, c.want)
		}
	}
}

func TestListenPicksThePortInOrder(t *testing.T) {
	n := New()
	for want := 49152; want < 49155; want++ {
		if got := listen(t, n, &net.TCPAddr{}).Addr().(*net.TCPAddr).Port; got != want {
			t.Errorf("port %d, want %d", got, want)
		}
	}
}

func TestListenInUse(t *testing.T) {
	n := New()
	l := listen(t, n, &net.TCPAddr{IP: net.IPv4zero, Port: 21})
	_, err := n.Listen(&net.TCPAddr{IP: net.IPv6unspecified, Port: 21})
	wantErr(t, "second listener", err, syscall.EADDRINUSE)
	l.Close()
	listen(t, n, &net.TCPAddr{Port: 21})
}

func TestListenOneAddressBeforeAll(t *testing.T) {
	n := New()
	all, one := listen(t, n, &net.TCPAddr{Port: 21}), listen(t, n, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 21})
	dial(t, n, "192.0.2.1:21")
	dial(t, n, "192.0.2.2:21")
	for _, c := range []struct {
		l    net.Listener
		want string
	}{{one, "192.0.2.1:21"}, {all, "192.0.2.2:21"}} {
		if conn, err := c.l.Accept(); err != nil || conn.LocalAddr().String() != c.want {
			t.Errorf("accepted %v, %v, want %s", conn, err, c.want)
		}
	}
}

func TestDialRefused(t *testing.T) {
	n := New()
	_, err := n.DialContext(t.Context(), "tcp", "192.0.2.7:21")
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "dial" {
		t.Errorf("error %#v, want a dial *net.OpError", err)
	}
	wantErr(t, "nobody listens", err, syscall.ECONNREFUSED)

	listen(t, n, &net.TCPAddr{Port: 21}).Close()
	_, err = n.DialContext(t.Context(), "tcp", "192.0.2.7:21")
	wantErr(t, "listener closed", err, syscall.ECONNREFUSED)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = n.DialContext(ctx, "tcp", "192.0.2.7:21")
	wantErr(t, "cancelled", err, context.Canceled)

	if _, err = n.DialContext(t.Context(), "tcp", "ftp.example.com:21"); err == nil {
		t.Error("a name was dialled")
	}
}

func TestListenerCloseResetsTheQueueAndWakesAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		l := listen(t, n, &net.TCPAddr{Port: 21})
		queued := dial(t, n, "192.0.2.7:21")
		l.Close()
		_, err := queued.Read(make([]byte, 1))
		wantErr(t, "queued connection", err, syscall.ECONNRESET)

		l = listen(t, n, &net.TCPAddr{Port: 21})
		done := make(chan error)
		go func() { _, err := l.Accept(); done <- err }()
		synctest.Wait()
		l.Close()
		wantErr(t, "waiting accept", <-done, net.ErrClosed)
		wantErr(t, "second close", l.Close(), net.ErrClosed)
	})
}

func TestAcceptDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listen(t, New(), &net.TCPAddr{Port: 21}).(*Listener)
		defer l.Close()
		start := time.Now()
		l.SetDeadline(start.Add(time.Minute))
		_, err := l.Accept()
		wantErr(t, "accept", err, os.ErrDeadlineExceeded)
		if took := time.Since(start); took != time.Minute {
			t.Errorf("accept took %v", took)
		}
	})
}

func TestTransferBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialled, accepted := pair(t)
		go func() { // the far end sends back what it receives, in other pieces
			io.CopyBuffer(struct{ io.Writer }{accepted}, struct{ io.Reader }{accepted}, make([]byte, 7001))
			accepted.Close()
		}()
		sent := make([]byte, 3<<20)
		rng := rand.NewChaCha8([32]byte{1})
		rng.Read(sent)
		go func() {
			for rest := sent; len(rest) > 0; {
				n, err := dialled.Write(rest[:min(len(rest), 100_003)])
				if err != nil {
					t.Error(err)
					return
				}
				rest = rest[n:]
			}
			dialled.CloseWrite()
		}()
		got, err := io.ReadAll(dialled)
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("got %d bytes, error %v; want the %d sent", len(got), err, len(sent))
		}
		dialled.Close()
	})
}

func TestWriteWaitsWhenTheBufferIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialled, accepted := pair(t)
		dialled.SetWriteDeadline(time.Now().Add(time.Second))
		n, err := dialled.Write(make([]byte, 100<<10))
		wantErr(t, "write", err, os.ErrDeadlineExceeded)
		if n != 64<<10 {
			t.Errorf("took %d bytes, want 64 KiB", n)
		}
		dialled.SetWriteDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			io.ReadFull(accepted, make([]byte, 64<<10))
		}()
		if _, err := dialled.Write(make([]byte, 10)); err != nil {
			t.Errorf("write after the reader came: %v", err)
		}
	})
}

func TestReadDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialled, accepted := pair(t)
		p := make([]byte, 10)
		read := func(c *Conn) error { _, err := c.Read(p); return err }

		done := make(chan error)
		go func() { done <- read(dialled) }()
		synctest.Wait()
		dialled.SetDeadline(time.Now().Add(5 * time.Second)) // also for the Read that already waits
		start := time.Now()
		err := <-done
		wantErr(t, "read", err, os.ErrDeadlineExceeded)
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v does not say that it is a timeout", err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("read took %v", took)
		}
		wantErr(t, "read after the deadline", read(dialled), os.ErrDeadlineExceeded)
		dialled.SetReadDeadline(time.Now().Add(-time.Second))
		wantErr(t, "deadline in the past", read(dialled), os.ErrDeadlineExceeded)

		dialled.SetReadDeadline(time.Now().Add(time.Second)) // moved on before it passes
		dialled.SetReadDeadline(time.Now().Add(time.Hour))
		go func() {
			time.Sleep(time.Minute)
			accepted.Write([]byte("late"))
		}()
		if n, err := dialled.Read(p); err != nil || string(p[:n]) != "late" {
			t.Errorf("read %q, %v", p[:n], err)
		}
		dialled.Close()
		wantErr(t, "deadline of a closed connection", dialled.SetDeadline(time.Time{}), net.ErrClosed)
	})
}

func TestCloseIsReadToTheEnd(t *testing.T) {
	dialled, accepted := pair(t)
	dialled.Write([]byte("last words"))
	dialled.Close()
	if got, err := io.ReadAll(accepted); err != nil || string(got) != "last words" {
		t.Errorf("read %q, %v", got, err)
	}
	_, err := accepted.Write([]byte("x"))
	wantErr(t, "write after the other end's close", err, syscall.EPIPE)
	_, err = dialled.Read(make([]byte, 1))
	wantErr(t, "read after close", err, net.ErrClosed)
	_, err = dialled.Write([]byte("x"))
	wantErr(t, "write after close", err, net.ErrClosed)
	wantErr(t, "close again", dialled.Close(), net.ErrClosed)
	if err := accepted.Close(); err != nil {
		t.Errorf("the other end's first close: %v", err)
	}
}

func TestHalfClose(t *testing.T) {
	dialled, accepted := pair(t)
	dialled.CloseWrite()
	if _, err := accepted.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read %v, want io.EOF itself", err)
	}
	_, err := dialled.Write([]byte("x"))
	wantErr(t, "write after CloseWrite", err, syscall.EPIPE)
	accepted.Write([]byte("answer"))
	accepted.Close()
	if got, err := io.ReadAll(dialled); err != nil || string(got) != "answer" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestResetDropsWhatIsBuffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, closeFirst := range []bool{false, true} {
			dialled, accepted := pair(t)
			dialled.Write([]byte("never read"))
			if closeFirst {
				dialled.Close()
			}
			dialled.Reset()
			n, err := accepted.Read(make([]byte, 10))
			if n != 0 {
				t.Errorf("read %d bytes past a reset", n)
			}
			wantErr(t, "read", err, syscall.ECONNRESET)
			_, err = accepted.Write([]byte("x"))
			wantErr(t, "write", err, syscall.ECONNRESET)
			_, err = dialled.Read(make([]byte, 1))
			wantErr(t, "own read", err, net.ErrClosed)
		}
	})
}

func TestCloseWakesBothEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialled, accepted := pair(t)
		full := make([]byte, 65<<10)
		reader, writer := make(chan error), make(chan error)
		go func() { _, err := dialled.Read(full[:1]); reader <- err }()
		go func() { _, err := accepted.Write(full); writer <- err }()
		if err := <-reader; err != nil {
			t.Fatal(err)
		}
		go func() { _, err := accepted.Read(full[:1]); reader <- err }()
		synctest.Wait()
		dialled.Close()
		wantErr(t, "waiting writer", <-writer, syscall.EPIPE)
		if err := <-reader; err != io.EOF {
			t.Errorf("waiting reader: %v, want io.EOF", err)
		}
	})
}

func TestNetworkClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		l := listen(t, n, &net.TCPAddr{Port: 21})
		dialled := dial(t, n, "192.0.2.7:21")
		accepted, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error)
		go func() { _, err := l.Accept(); results <- err }()
		synctest.Wait()
		go func() { n.Close() }()
		wantErr(t, "accept", <-results, net.ErrClosed)
		for _, c := range []net.Conn{dialled, accepted} {
			_, err := c.Read(make([]byte, 1))
			wantErr(t, "read", err, syscall.ECONNRESET)
			if err := c.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
		_, err = n.Listen(&net.TCPAddr{Port: 21})
		wantErr(t, "listen", err, net.ErrClosed)
		_, err = n.DialContext(t.Context(), "tcp", "192.0.2.7:21")
		wantErr(t, "dial", err, syscall.ECONNREFUSED)
	})
}
