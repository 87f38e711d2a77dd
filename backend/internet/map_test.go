package internet

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// answering listens on a real socket, and tells each connection its word.
func answering(t *testing.T, word string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, word)
			c.Close()
		}
	}()
	return l.Addr().String()
}

func newMap(t *testing.T, n Network, table map[string]string) Network {
	t.Helper()
	m, err := Map(n, table)
	must(t, err)
	return m
}

// A mapped name leads to the user's server at its port, and as before at the others.
func TestMap(t *testing.T) {
	e := newEmbedded(t, Options{})
	m := newMap(t, e, map[string]string{
		"www.example.com:80": answering(t, "mine"), "b.example.com:80": answering(t, "b"), "203.0.113.5:25": answering(t, "mail"),
	})
	const address = "192.0.2.112"
	wantFound(t, "WWW.example.com.", address, m.LookupHost)
	wantFound(t, address, "www.example.com", m.LookupAddr)
	wantFound(t, "other.example.com", "203.0.113.81", m.LookupHost)
	wantFound(t, "203.0.113.81", "other.example.com", m.LookupAddr)
	for at, want := range map[string]string{address + ":80": "mine", "203.0.113.5:25": "mail", "[::ffff:203.0.113.5]:25": "mail"} {
		got, err := io.ReadAll(dial(t, m, "tcp", at))
		if string(got) != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", at, got, err, want)
		}
	}
	for _, at := range []string{address + ":7", "203.0.113.5:7"} {
		c := dial(t, m, "tcp", at)
		_, err := io.WriteString(c, "echo")
		must(t, err)
		got := make([]byte, 4)
		_, err = io.ReadFull(c, got)
		if string(got) != "echo" || err != nil {
			t.Errorf("%s: %q, %v", at, got, err)
		}
	}
	wantFound(t, "www.example.com", "198.51.100.112", e.LookupHost)
}

func TestMapUDP(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	defer server.Close()
	m := newMap(t, newEmbedded(t, Options{}), map[string]string{"192.0.2.1:53": server.LocalAddr().String()})
	c := dial(t, m, "udp", "192.0.2.1:53")
	_, err = io.WriteString(c, "question")
	must(t, err)
	p := make([]byte, 100)
	n, from, err := server.ReadFrom(p)
	must(t, err)
	_, err = server.WriteTo(p[:n], from)
	must(t, err)
	n, err = c.Read(p)
	if string(p[:n]) != "question" || err != nil {
		t.Errorf("%q, %v", p[:n], err)
	}
}

// The port of a mapped name that is not mapped leads where the name does in the network below.
func TestMapNeedsTheNameBelow(t *testing.T) {
	e := newEmbedded(t, Options{})
	e.Unknown("www.example.com")
	m := newMap(t, e, map[string]string{"www.example.com:80": "127.0.0.1:1"})
	found, err := m.LookupHost(t.Context(), "www.example.com")
	must(t, err)
	_, err = m.DialContext(t.Context(), "tcp", found[0]+":7")
	if err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("a port that leads nowhere: %v", err)
	}
}

func TestMapErrors(t *testing.T) {
	for _, c := range [][3]string{
		{"www.example.com", "127.0.0.1:80", `"www.example.com" is not NAME:PORT or IP:PORT: address www.example.com: missing port in address`},
		{"www.example.com:http", "127.0.0.1:80", `"www.example.com:http" is not NAME:PORT or IP:PORT: port "http" is not 1 to 65535`},
		{"www.example.com:0", "127.0.0.1:80", `"www.example.com:0" is not NAME:PORT or IP:PORT: port "0" is not 1 to 65535`},
		{":80", "127.0.0.1:80", `":80" is not NAME:PORT or IP:PORT: the host is missing`},
		{"two words:80", "127.0.0.1:80", `"two words" is not the name of a host`},
		{"www.example.com:80", "127.0.0.1", `"127.0.0.1" is not HOST:PORT: address 127.0.0.1: missing port in address`},
		{"www.example.com:80", "127.0.0.1:65536", `"127.0.0.1:65536" is not HOST:PORT: port "65536" is not 1 to 65535`},
	} {
		_, err := Map(nil, map[string]string{c[0]: c[1]})
		if err == nil || err.Error() != c[2] {
			t.Errorf("%s=%s: %v, want %s", c[0], c[1], err, c[2])
		}
	}
	table := map[string]string{"www.example.com:80": "127.0.0.1:80", "WWW.example.com:80": "127.0.0.1:81"}
	if _, err := Map(nil, table); err == nil || !strings.Contains(err.Error(), "is mapped twice") {
		t.Errorf("a name twice: %v", err)
	}
	clear(table)
	for i := range hostsInRange + 1 {
		table[fmt.Sprintf("host%d:80", i)] = "127.0.0.1:80"
	}
	if _, err := Map(nil, table); err == nil || !strings.Contains(err.Error(), "there are no more than 254 mapped names") {
		t.Errorf("too many names: %v", err)
	}
}

// The network of the machine, as far as a test may use it.
func TestDirect(t *testing.T) {
	n := Direct()
	got, err := io.ReadAll(dial(t, n, "tcp", answering(t, "here")))
	if string(got) != "here" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	wantFound(t, "127.0.0.1", "127.0.0.1", n.LookupHost)
}
