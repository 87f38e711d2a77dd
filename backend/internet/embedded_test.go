package internet

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
)

// newEmbedded returns a network that ends with the test.
func newEmbedded(t *testing.T, o Options) *Embedded {
	t.Helper()
	e := NewEmbedded(o)
	t.Cleanup(func() { must(t, e.Close()) })
	return e
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

// wantUnknown fails unless a lookup found nothing.
func wantUnknown(t *testing.T, what string, found []string, err error) {
	t.Helper()
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

func TestEmbeddedEcho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, Options{})
		c := dial(t, e, "tcp", "203.0.113.5:7")
		_, err := c.Write([]byte("hello"))
		must(t, err)
		got := make([]byte, 5)
		_, err = io.ReadFull(c, got)
		must(t, err)
		if string(got) != "hello" {
			t.Errorf("got %q", got)
		}
	})
}

// Its address is the same in every run and in every spelling, and leads back to the name.
func TestEmbeddedNames(t *testing.T) {
	e := newEmbedded(t, Options{})
	found, err := e.LookupAddr(t.Context(), "198.51.100.112")
	wantUnknown(t, "an address before its name", found, err)
	wantFound(t, "www.example.com", "198.51.100.112", e.LookupHost)
	wantFound(t, "WWW.Example.com.", "198.51.100.112", e.LookupHost)
	wantFound(t, "198.51.100.112", "www.example.com", e.LookupAddr)
	wantFound(t, "::ffff:198.51.100.112", "www.example.com", e.LookupAddr)
	wantFound(t, "192.0.2.9", "192.0.2.9", e.LookupHost)
	for _, name := range []string{"", ".", "a..b", "two words", "a/b", "ä.example"} {
		found, err := e.LookupHost(t.Context(), name)
		wantUnknown(t, name, found, err)
	}
}
