package internet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/modemsim/modemsim/backend"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newEmbedded returns a network that ends with the test.
func newEmbedded(t *testing.T, o Options) *Embedded {
	t.Helper()
	e := NewEmbedded(o)
	t.Cleanup(func() { must(t, e.Close()) })
	return e
}

// withFiles returns a network with files, and their server.
func withFiles(t *testing.T, o backend.EmbeddedOptions) (*Embedded, *backend.Embedded) {
	t.Helper()
	files, err := backend.NewEmbedded(o)
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	return newEmbedded(t, Options{Files: files}), files
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dial connects until the test's end.
func dial(t *testing.T, n Network, network, address string) net.Conn {
	t.Helper()
	c, err := n.DialContext(t.Context(), network, address)
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// wantUnknown fails unless a lookup found nothing.
func wantUnknown(t *testing.T, what string, lookup func(context.Context, string) ([]string, error)) {
	t.Helper()
	found, err := lookup(t.Context(), what)
	if failure, ok := errors.AsType[*net.DNSError](err); !ok || !failure.IsNotFound || len(found) != 0 {
		t.Errorf("%s: %q, %v; want nothing found", what, found, err)
	}
}

// wantFound fails unless a lookup found this alone.
func wantFound(t *testing.T, what, want string, lookup func(context.Context, string) ([]string, error)) {
	t.Helper()
	found, err := lookup(t.Context(), what)
	if err != nil || len(found) != 1 || found[0] != want {
		t.Errorf("%s: %q, %v; want %s", what, found, err, want)
	}
}

// A MiB goes through echo while it comes back, and boundaries are kept by UDP.
func TestEcho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, Options{})
		c := dial(t, e, "tcp", "203.0.113.5:7")
		sent := make([]byte, 1<<20)
		rand.NewChaCha8([32]byte{}).Read(sent)
		go c.Write(sent)
		got := make([]byte, len(sent))
		_, err := io.ReadFull(c, got)
		if must(t, err); !bytes.Equal(got, sent) {
			t.Error("the echo is not what was sent")
		}
		u := dial(t, e, "udp", "203.0.113.5:7")
		for _, size := range []int{1, 0, 65507, 1472} {
			_, err := u.Write(sent[:size])
			must(t, err)
			n, err := u.Read(got)
			if must(t, err); !bytes.Equal(got[:n], sent[:size]) {
				t.Errorf("a datagram of %d bytes came back with %d", size, n)
			}
		}
	})
}

func TestDiscard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, Options{})
		for _, network := range []string{"tcp", "udp"} {
			c := dial(t, e, network, "203.0.113.5:9")
			for range 100 {
				_, err := c.Write(make([]byte, 10_000))
				must(t, err)
			}
			must(t, c.SetReadDeadline(time.Now().Add(time.Hour)))
			if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil || err == io.EOF {
				t.Errorf("%s: read %d bytes, %v", network, n, err)
			}
		}
	})
}

// The time is that of the clock that was given.
func TestDaytimeAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, Options{Now: func() time.Time { return time.Unix(946684799, 0) }})
		for port, want := range map[string]string{"13": "Fri Dec 31 23:59:59 1999\r\n", "37": "\xbc\x17\xc1\xff"} {
			c := dial(t, e, "tcp", "203.0.113.5:"+port)
			text, err := io.ReadAll(c)
			if string(text) != want || err != nil {
				t.Errorf("tcp %s: %q, %v", port, text, err)
			}
			u := dial(t, e, "udp", "203.0.113.5:"+port)
			_, err = u.Write(nil)
			must(t, err)
			n, err := u.Read(text)
			if string(text[:n]) != want || err != nil {
				t.Errorf("udp %s: %q, %v", port, text[:n], err)
			}
		}
	})
}

func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, Options{})
		for _, port := range []int{0, 21, 80, 443, 8080, 65535} { // without files no FTP nor HTTP
			address := fmt.Sprintf("203.0.113.5:%d", port)
			_, err := e.DialContext(t.Context(), "tcp", address)
			wantErr(t, "tcp "+address, err, syscall.ECONNREFUSED)
			u := dial(t, e, "udp", address)
			_, err = u.Write(nil)
			must(t, err)
			_, err = u.Read(nil)
			wantErr(t, "udp "+address, err, syscall.ECONNREFUSED)
		}
	})
}

// A session of FTP has its data connections on the same network.
func TestFTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, files := withFiles(t, backend.EmbeddedOptions{})
		must(t, files.WriteFile("readme", []byte("to be read")))
		ctx := t.Context()
		s, _, err := backend.Open(ctx, "203.0.113.5:21", backend.Options{Dial: e.DialContext, TrustPASV: true})
		must(t, err)
		defer s.Close()
		_, err = s.User(ctx, "ann")
		must(t, err)
		_, err = s.Pass(ctx, "secret")
		must(t, err)
		_, err = s.Passive(ctx)
		must(t, err)
		d, _, err := s.Retrieve(ctx, "readme")
		must(t, err)
		got, err := io.ReadAll(d)
		if string(got) != "to be read" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// Close ends what is open, and waits until nothing runs.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, _ := withFiles(t, backend.EmbeddedOptions{})
		var open []net.Conn
		for _, port := range []string{"7", "9", "21", "80", "8080"} {
			open = append(open, dial(t, e, "tcp", "203.0.113.5:"+port))
		}
		must(t, e.Close())
		for _, c := range open {
			_, err := io.Copy(io.Discard, c)
			wantErr(t, c.RemoteAddr().String(), err, syscall.ECONNRESET)
		}
		must(t, e.Close())
		_, err := e.DialContext(t.Context(), "tcp", "203.0.113.5:7")
		wantErr(t, "a dial after Close", err, syscall.ECONNREFUSED)
	})
	e := newEmbedded(t, Options{})
	must(t, e.Close())
	_, err := e.DialContext(t.Context(), "tcp", "203.0.113.5:7")
	wantErr(t, "the first dial after Close", err, net.ErrClosed)
}

// Ten thousand connections one after the other leave nothing behind, and eight at once are served.
func TestManyConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, Options{})
		one := func(network string) {
			c, err := e.DialContext(t.Context(), network, "203.0.113.5:7")
			if err == nil {
				_, err = c.Write([]byte("x"))
			}
			if err == nil {
				_, err = c.Read(make([]byte, 1))
			}
			if err == nil {
				err = c.Close()
			}
			if err != nil {
				t.Error(err)
			}
		}
		for _, network := range []string{"tcp", "udp"} {
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for range 1250 {
						one(network)
					}
				})
			}
			all.Wait()
		}
	})
}
