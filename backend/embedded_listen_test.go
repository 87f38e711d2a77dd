package backend

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/jlaffaye/ftp"
)

// openTo opens a server to other clients at an address.
func openTo(t *testing.T, e *Embedded, address string) *net.TCPAddr {
	t.Helper()
	at, err := e.Listen(address)
	must(t, err)
	return at
}

// visit returns a client that has logged in over a real socket.
func visit(t *testing.T, at *net.TCPAddr, o ...ftp.DialOption) *client {
	t.Helper()
	c := &client{t: t}
	dial := ftp.DialWithDialFunc(func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		c.data = conn
		return conn, err
	})
	var err error
	c.ServerConn, err = ftp.Dial(at.String(), append(o, dial)...)
	must(t, err)
	must(t, c.Login("ann", "secret"))
	return c
}

// modemSession returns a session of the modem itself, logged in.
func modemSession(t *testing.T, e *Embedded) *Session {
	t.Helper()
	s, _, err := Open(t.Context(), "192.0.2.7:21", Options{Dial: e.DialContext})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	_, err = s.User(t.Context(), "ann")
	must(t, err)
	_, err = s.Pass(t.Context(), "secret")
	must(t, err)
	return s
}

var oneLogin = EmbeddedOptions{User: "ann", Password: "secret"}

func TestListenSharesFiles(t *testing.T) {
	for name, o := range map[string]ftp.DialOption{"EPSV": ftp.DialWithDisabledEPSV(false), "PASV": ftp.DialWithDisabledEPSV(true)} {
		t.Run(name, func(t *testing.T) {
			e := newEmbedded(t, oneLogin)
			visitor := visit(t, openTo(t, e, ":0"), o)
			s := modemSession(t, e)

			passive(t, s)
			u, _, err := s.Store(t.Context(), "upload/from-modem")
			must(t, err)
			_, err = io.WriteString(u, "of the modem")
			must(t, err)
			_, err = u.Finish(t.Context())
			must(t, err)
			wantContent(t, "the modem's upload", visitor.fetch("upload/from-modem", 0), "of the modem")
			wantContent(t, "a sample", visitor.fetch("hello.txt", 0), string(samples[0].content))

			big := random(3 << 20)
			visitor.store("upload/from-visitor", big)
			wantStored(t, e, "upload/from-visitor", big)
			passive(t, s)
			d, _, err := s.Retrieve(t.Context(), "upload/from-visitor")
			must(t, err)
			got, err := io.ReadAll(d)
			must(t, err)
			_, err = d.Finish(t.Context())
			must(t, err)
			wantContent(t, "the visitor's upload", got, big)
			visitor.must("QUIT", visitor.Quit())
		})
	}
}

// The modem's 227 names the address that it dialled, a visitor's the one listened on.
func TestListenTellsSessionsApart(t *testing.T) {
	e := newEmbedded(t, oneLogin)
	at := openTo(t, e, "127.0.0.1:0")
	conn, err := net.Dial("tcp", at.String())
	must(t, err)
	visitor := talk(t, conn)
	say(t, visitor, "USER ann", 331)
	say(t, visitor, "PASS secret", 230)
	if text := say(t, visitor, "PASV", 227); !strings.Contains(text, "(127,0,0,1,") {
		t.Errorf("a visitor's PASV: %s", text)
	}
	r, err := modemSession(t, e).Passive(t.Context())
	if err != nil || !strings.Contains(r.Text(), "(192,0,2,7,") {
		t.Errorf("the modem's PASV: %s, %v", r.Text(), err)
	}
}

func TestListenRefusals(t *testing.T) {
	if _, err := newEmbedded(t, EmbeddedOptions{}).Listen(":0"); !errors.Is(err, ErrNoLogin) {
		t.Errorf("without a login: %v", err)
	}
	e := newEmbedded(t, oneLogin)
	for _, address := range []string{"127.0.0.1", "[::1]:0", "127.0.0.1:ftq", "198.51.100.99:0", openTo(t, e, ":0").String()} {
		if at, err := e.Listen(address); err == nil {
			t.Errorf("listens at %v for %s", at, address)
		}
	}
	at := openTo(t, e, ":0")
	c, err := ftp.Dial(at.String())
	must(t, err)
	refused(t, "a wrong password", c.Login("ann", "guess"), 530)
	c, err = ftp.Dial(at.String())
	must(t, err)
	refused(t, "a wrong name", c.Login("bob", "secret"), 530)
	must(t, e.Close())
	if _, err := e.Listen(":0"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// What the end of the server cuts off looks cut off: the upload is not complete, the download ends
// by a reset.
func TestListenEndsWithTheServer(t *testing.T) {
	e := newEmbedded(t, oneLogin)
	must(t, e.WriteFile("big.bin", []byte(random(32<<20)))) // more than two sockets hold
	at := openTo(t, e, ":0")
	sender, reader, idler := visit(t, at), visit(t, at), visit(t, at)

	source, pipe := io.Pipe()
	sent := make(chan error)
	go func() { sent <- sender.Stor("upload/cut", source) }()
	_, err := io.WriteString(pipe, "the first part")
	must(t, err)
	download, err := reader.Retr("big.bin")
	must(t, err)
	_, err = io.ReadFull(download, make([]byte, 1000))
	must(t, err)
	must(t, e.Close())

	if _, err := io.Copy(io.Discard, download); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the download ends with %v", err)
	}
	must(t, pipe.Close())
	if err := <-sent; err == nil {
		t.Error("the upload went through")
	}
	wantNotStored(t, e, "upload/cut")
	if err := idler.NoOp(); err == nil {
		t.Error("a session lives on")
	}
	if _, err := net.Dial("tcp", at.String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v: %v", at, err)
	}
}
