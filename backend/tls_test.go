package backend

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// certificate returns a self-signed certificate for 127.0.0.1 and ftp.example, valid from 1999 to a
// given day.
func certificate(t *testing.T, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "modemsim test"},
		NotBefore:             time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              until,
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:              []string{"ftp.example"},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	parsed, err := x509.ParseCertificate(der)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

var (
	longAgo  = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	farAhead = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
)

// tlsDriver is an embedded server that requires TLS for all connections.
type tlsDriver struct {
	*embeddedDriver
	config *tls.Config
}

func (d *tlsDriver) GetTLSConfig() (*tls.Config, error) { return d.config, nil }

func (d *tlsDriver) GetSettings() (*ftpserver.Settings, error) {
	s, err := d.embeddedDriver.GetSettings()
	s.TLSRequired = ftpserver.MandatoryEncryption
	return s, err
}

// newTLSServer returns a server on a real socket and its address.
func newTLSServer(t *testing.T, config *tls.Config) (*Embedded, string) {
	t.Helper()
	e := newEmbedded(t, oneLogin)
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
	l, err := e.sockets.listen(loopback)
	must(t, err)
	data := func() (dataListener, error) { return e.sockets.listen(loopback) }
	must(t, e.serve(&tlsDriver{&embeddedDriver{Embedded: e, listener: l, listenForData: data}, config}))
	return e, l.Addr().String()
}

func TestTLSSession(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) { tlsSession(t, version) })
	}
}

func tlsSession(t *testing.T, version uint16) {
	ctx := t.Context()
	cert, pool := certificate(t, farAhead)
	var fresh, resumed atomic.Int32
	e, address := newTLSServer(t, &tls.Config{
		Certificates: []tls.Certificate{cert},
		MaxVersion:   version,
		VerifyConnection: func(c tls.ConnectionState) error {
			if c.DidResume {
				resumed.Add(1)
			} else {
				fresh.Add(1)
			}
			return nil
		},
	})
	var lines []string
	s, hello, err := Open(ctx, address, Options{TLS: &tls.Config{RootCAs: pool}, Trace: func(_ bool, line string) { lines = append(lines, line) }})
	wantReply(t, hello, err, "220 "+greeting)
	defer s.Close()
	_, err = s.User(ctx, "ann")
	must(t, err)
	r, err := s.Pass(ctx, "secret")
	if err != nil || r.Code != 230 {
		t.Fatalf("PASS: %v, %v", r, err)
	}

	content := random(3 << 20)
	for name, content := range map[string]string{"upload/whole.bin": content, "upload/empty": ""} {
		passive(t, s)
		u, _, err := s.Store(ctx, name)
		must(t, err)
		_, err = io.WriteString(u, content)
		must(t, err)
		_, err = u.Finish(ctx)
		must(t, err)
		wantStored(t, e, name, content)
	}

	passive(t, s)
	u, _, err := s.Store(ctx, "upload/cut.bin")
	must(t, err)
	_, err = io.WriteString(u, content[:100_000])
	must(t, err)
	must(t, u.Abort())
	wantNotStored(t, e, "upload/cut.bin")

	_, err = s.Restart(ctx, 1000)
	must(t, err)
	passive(t, s)
	d, _, err := s.Retrieve(ctx, "upload/whole.bin")
	must(t, err)
	got, err := io.ReadAll(d)
	must(t, err)
	_, err = d.Finish(ctx)
	must(t, err)
	wantContent(t, "download", got, content[1000:])

	passive(t, s)
	d, _, err = s.Retrieve(ctx, "upload/whole.bin")
	must(t, err)
	_, err = io.ReadFull(d, make([]byte, 1000))
	must(t, err)
	_, err = d.Abort()
	must(t, err)

	_, err = s.Quit(ctx)
	must(t, err)
	if fresh.Load() != 1 || resumed.Load() != 5 {
		t.Errorf("%d full handshakes and %d resumed, want 1 of the control and 5 of data connections", fresh.Load(), resumed.Load())
	}
	wantTrace(t, lines)
}

// wantTrace wants the commands of RFC 4217 where they belong, and no password.
func wantTrace(t *testing.T, lines []string) {
	t.Helper()
	last := -1
	for _, line := range []string{"220 " + greeting, "AUTH TLS", "USER ann", "PASS ****", "PBSZ 0", "PROT P", "PASV"} {
		at := slices.Index(lines, line)
		if at <= last {
			t.Errorf("%s is line %d of the trace, after %d", line, at, last)
		}
		last = at
	}
	if all := strings.Join(lines, "\n"); strings.Contains(all, "secret") {
		t.Errorf("the password is in the trace:\n%s", all)
	}
}

func TestTLSCertificates(t *testing.T) {
	cert, pool := certificate(t, farAhead)
	old, oldPool := certificate(t, longAgo)
	_, other := certificate(t, farAhead)
	for name, c := range map[string]struct {
		server tls.Certificate
		client *tls.Config
		why    string // "" for a session
	}{
		"trusted":      {cert, &tls.Config{RootCAs: pool}, ""},
		"other name":   {cert, &tls.Config{RootCAs: pool, ServerName: "ftp.example"}, ""},
		"not verified": {old, &tls.Config{InsecureSkipVerify: true}, ""},
		"unknown CA":   {cert, &tls.Config{RootCAs: other}, "certificate signed by unknown authority"},
		"wrong name":   {cert, &tls.Config{RootCAs: pool, ServerName: "www.example"}, "certificate is valid for ftp.example, not www.example"},
		"expired":      {old, &tls.Config{RootCAs: oldPool}, "certificate has expired"},
	} {
		t.Run(name, func(t *testing.T) {
			_, address := newTLSServer(t, &tls.Config{Certificates: []tls.Certificate{c.server}})
			s, _, err := Open(t.Context(), address, Options{TLS: c.client})
			if err == nil {
				must(t, s.Close())
			}
			switch {
			case c.why == "":
				must(t, err)
			case !errors.Is(err, ErrTLS) || !strings.Contains(err.Error(), c.why) || !strings.HasSuffix(err.Error(), "(--ftp-insecure)"):
				t.Errorf("error %v; want %q", err, c.why)
			}
		})
	}
}

// A server without TLS is sent neither the user name nor the password.
func TestTLSRefused(t *testing.T) {
	at := openTo(t, newEmbedded(t, oneLogin), ":0")
	_, r, err := Open(t.Context(), at.String(), Options{TLS: new(tls.Config)})
	wantErr(t, err, ErrTLS)
	wantRefusal(t, r, err, "550 Cannot get a TLS config: no certificate")
}

func TestTLSNotOffered(t *testing.T) {
	withServer(t, func(f *fakeServer) { f.say("421 full"); f.wantEnd() }, func(t *testing.T, dial dialFunc) {
		_, r, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial, TLS: new(tls.Config)})
		wantRefusal(t, r, err, "421 full")
	})
}

// What comes after the reply to AUTH is unprotected and must not pass for a reply on the protected
// connection.
func TestTLSInjectedReply(t *testing.T) {
	withServer(t, func(f *fakeServer) {
		f.say("220 ready")
		f.answer("AUTH TLS", "234 go on\r\n331 injected")
		f.wantEnd()
	}, func(t *testing.T, dial dialFunc) {
		_, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial, TLS: new(tls.Config)})
		wantErr(t, err, ErrMalformed)
	})
}

func TestTLSHandshakeLimit(t *testing.T) {
	withServer(t, func(f *fakeServer) {
		f.say("220 ready")
		f.answer("AUTH TLS", "234 go on")
	}, func(t *testing.T, dial dialFunc) {
		start := time.Now()
		_, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial, TLS: new(tls.Config), ReplyWait: 7 * time.Second})
		wantErr(t, err, ErrTLS)
		wantErr(t, err, ErrTimeout)
		if took := time.Since(start); took != 7*time.Second {
			t.Errorf("gave up after %v", took)
		}
	})
}

// withProtected is withServer with a login over TLS on both sides.
func withProtected(t *testing.T, script func(*fakeServer, tls.Certificate), client func(*testing.T, *Session)) {
	t.Helper()
	cert, pool := certificate(t, farAhead)
	withServer(t, func(f *fakeServer) {
		f.say("220 ready")
		f.answer("AUTH TLS", "234 go on")
		f.secure(cert)
		f.answer("USER ann", "331 Password, please")
		f.answer("PASS secret", "230 Hello")
		f.answer("TYPE I", "200 Binary")
		f.answer("PBSZ 0", "200 PBSZ=0")
		script(f, cert)
	}, func(t *testing.T, dial dialFunc) {
		s, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial, TLS: &tls.Config{RootCAs: pool, ServerName: "ftp.example"}})
		must(t, err)
		defer s.Close()
		_, err = s.User(t.Context(), "ann")
		must(t, err)
		client(t, s)
	})
}

// No login is sent to a server that does not protect data connections.
func TestTLSProtectionRefused(t *testing.T) {
	withProtected(t, func(f *fakeServer, _ tls.Certificate) {
		f.answer("PROT P", "536 Only in the clear")
	}, func(t *testing.T, s *Session) {
		r, err := s.Pass(t.Context(), "secret")
		wantRefusal(t, r, err, "536 Only in the clear")
	})
}

// The TLS handshake of a data connection does not wait until the host reads or writes data.
func TestTLSBeginsWithTheTransfer(t *testing.T) {
	var fetched, taking bool
	withProtected(t, func(f *fakeServer, cert tls.Certificate) {
		f.answer("PROT P", "200 Private")
		f.passive()
		f.accept("RETR small", "150 Here it comes")
		f.conn = tls.Server(f.conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		f.send("data")
		f.conn.Close()
		f.say("226 Done")
		fetched = true
		f.passive()
		f.accept("STOR new", "150 Go on")
		server := tls.Server(f.conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		taking = server.Handshake() == nil
		io.Copy(io.Discard, server)
		synctest.Wait()
		if err := server.CloseWrite(); err != nil {
			t.Errorf("the client has closed the connection before the server: %v", err)
		}
		f.say("226 Stored")
	}, func(t *testing.T, s *Session) {
		_, err := s.Pass(t.Context(), "secret")
		must(t, err)
		passive(t, s)
		d, _, err := s.Retrieve(t.Context(), "small")
		must(t, err)
		synctest.Wait()
		if !fetched {
			t.Error("the server waits to send")
		}
		got, err := io.ReadAll(d)
		must(t, err)
		wantContent(t, "small", got, "data")
		r, err := d.Finish(t.Context())
		wantReply(t, r, err, "226 Done")

		passive(t, s)
		u, _, err := s.Store(t.Context(), "new")
		must(t, err)
		synctest.Wait()
		if !taking {
			t.Error("the server waits to receive")
		}
		r, err = u.Finish(t.Context())
		wantReply(t, r, err, "226 Stored")
	})
}

// An upload's socket is not closed with unread TLS 1.3 session tickets, which would reset the
// connection.
func TestTLSUploadEndsCleanly(t *testing.T) {
	cert, pool := certificate(t, farAhead)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	raw, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	config, err := protect(&tls.Config{RootCAs: pool}, "ftp.example:21") // asks for tickets
	must(t, err)
	d := &dataConn{raw: raw, secure: tls.Client(raw, config), upload: true, silent: make(chan struct{}), idle: time.Minute, final: time.Minute}
	d.Conn = d.secure
	sent := make(chan error)
	go func() {
		_, err := io.WriteString(d, "data")
		go (&Upload{data: d}).listen()
		sent <- errors.Join(err, d.Close())
	}()

	far, err := l.Accept()
	must(t, err)
	defer far.Close()
	server := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{cert}})
	got, err := io.ReadAll(server)
	must(t, err)
	wantContent(t, "upload", got, "data")
	must(t, server.CloseWrite())
	must(t, <-sent)
	if _, err := io.Copy(io.Discard, far); err != nil {
		t.Errorf("after the end of TLS: %v", err)
	}
}
