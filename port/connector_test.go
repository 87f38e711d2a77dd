package port

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// connecting is a port under test with its events.
type connecting struct {
	*Connector
	*tap
}

func connect(t *testing.T, address string) *connecting {
	t.Helper()
	p, err := Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	return &connecting{p, tapped(t, p)}
}

// farEnds runs a test with an address where nobody listens yet, and a function that listens there.
func farEnds(t *testing.T, test func(t *testing.T, address string, listen func() net.Listener)) {
	for network, at := range map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(t.TempDir(), "host")} {
		t.Run(network, func(t *testing.T) {
			t.Parallel() // a connection is good after a second
			listen := func() net.Listener {
				l, err := net.Listen(network, at)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = l.Close() })
				return l
			}
			l := listen()
			at = l.Addr().String()
			closed(t, l)
			test(t, network+":"+at, listen)
		})
	}
}

func acceptOne(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	if err := l.(interface{ SetDeadline(time.Time) error }).SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// The far end may be absent at first, and may go away.
func TestConnectorTriesAgain(t *testing.T) {
	farEnds(t, func(t *testing.T, address string, listen func() net.Listener) {
		p := connect(t, address)
		_, at, _ := strings.Cut(address, ":")
		if notice := p.wantNotice("; trying again until it is there"); !strings.HasPrefix(notice, at+": ") {
			t.Errorf("notice %q, want one about %s", notice, at)
		}
		l := listen()
		for _, end := range []string{"the other end has closed the connection", "connection reset by peer"} {
			host := acceptOne(t, l)
			out := p.want("open").Host
			p.want("notice " + at + ": connected")
			text(t, out, "\r\nRING\r\n")
			read(t, host, "\r\nRING\r\n")
			text(t, host, "ATA\r")
			p.wantData("ATA\r")
			if c, ok := host.(*net.TCPConn); ok && end == "connection reset by peer" {
				if err := c.SetLinger(0); err != nil {
					t.Fatal(err)
				}
			} else {
				end = "the other end has closed the connection"
			}
			closed(t, host)
			p.want("notice " + at + ": " + end + "; trying again until it is there")
			p.want("close")
			text(t, out, "dropped")
			text(t, p, "dropped")
		}
		acceptOne(t, l)
		p.want("open")
		p.want("notice " + at + ": connected")
	})
}

// A far end that closes each connection at once (a forwarder with nobody behind it) is reported
// once, until a connection is good.
func TestConnectorToAFarEndThatHangsUp(t *testing.T) {
	farEnds(t, func(t *testing.T, address string, listen func() net.Listener) {
		l := listen()
		p := connect(t, address)
		_, at, _ := strings.Cut(address, ":")
		closed(t, acceptOne(t, l))
		p.want("open")
		p.want("notice " + at + ": the other end has closed the connection; trying again until it is there")
		p.want("close")
		for range 3 {
			closed(t, acceptOne(t, l))
			p.want("open")
			p.want("close")
		}
		acceptOne(t, l)
		p.want("open")
		p.want("notice " + at + ": connected")
	})
}

func TestConnectorIsRefused(t *testing.T) {
	farEnds(t, func(t *testing.T, address string, listen func() net.Listener) {
		network, at, _ := strings.Cut(address, ":")
		p := connect(t, address)
		want := "connection refused"
		if network == "unix" {
			want = "no such file or directory"
		}
		p.want("notice " + at + ": " + want + "; trying again until it is there")
	})
}

// A far end that is there at once causes no notice.
func TestConnectorIsQuietWhenAllIsWell(t *testing.T) {
	farEnds(t, func(t *testing.T, address string, listen func() net.Listener) {
		l := listen()
		p := connect(t, address)
		host := acceptOne(t, l)
		out := p.want("open").Host
		text(t, out, "last words")
		start := time.Now()
		closed(t, p.Connector)
		if took := time.Since(start); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		wantEnd(t, host, "last words")
		if _, err := out.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Write after Close: %v, want net.ErrClosed", err)
		}
		if n, err := p.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("Read after Close: %d, %v, want 0, EOF", n, err)
		}
	})
}

func TestConnectorCloseEndsItsTries(t *testing.T) {
	farEnds(t, func(t *testing.T, address string, _ func() net.Listener) {
		p := connect(t, address)
		p.wantNotice("; trying again until it is there")
		start := time.Now()
		closed(t, p.Connector)
		if took := time.Since(start); took > time.Second {
			t.Errorf("Close took %v", took)
		}
	})
	p := connect(t, "tcp:192.0.2.1:4000") // it may never answer
	start := time.Now()
	closed(t, p.Connector)
	if took := time.Since(start); took > time.Second {
		t.Errorf("Close took %v", took)
	}
}

// A host that shuts down its output still reads the answers.
func TestConnectorAnswersAHostThatHasSentItsLast(t *testing.T) {
	farEnds(t, func(t *testing.T, address string, listen func() net.Listener) {
		l := listen()
		p := connect(t, address)
		host := acceptOne(t, l)
		out := p.want("open").Host
		text(t, host, "AT\r")
		if err := host.(hostConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		p.wantData("AT\r")
		text(t, out, "\r\nOK\r\n")
		read(t, host, "\r\nOK\r\n")
		p.wantNotice("; trying again until it is there")
		p.want("close")
		wantEnd(t, host, "")
	})
}

func TestConnectorSpeed(t *testing.T) {
	p := connect(t, "serial:"+filepath.Join(t.TempDir(), "ttyUSB0"))
	checkLine(t, p.SetSpeed(299), "port: "+p.Path()+": 299 baud is not 300 to 921600")
	for _, address := range []string{"serial:/dev/no-such-device", "tcp:127.0.0.1:1", "rfc2217:127.0.0.1:1"} {
		if err := connect(t, address).SetSpeed(9600); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestConnectorKnowsItsSpeed(t *testing.T) {
	for address, want := range map[string][2]int{ // at first, and once it was set to 57600
		"serial:/dev/no-such-device":      {115200, 57600},
		"serial:/dev/no-such-device,9600": {9600, 57600},
		"rfc2217:127.0.0.1:1":             {115200, 57600},
		"rfc2217:127.0.0.1:1,9600":        {9600, 57600},
		"tcp:127.0.0.1:1":                 {0, 0},
		"unix:/no/such/socket":            {0, 0},
	} {
		p := connect(t, address)
		first := p.Speed()
		if err := p.SetSpeed(57600); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if got := [2]int{first, p.Speed()}; got != want {
			t.Errorf("%s: %d bit/s, want %d", address, got, want)
		}
	}
}

func TestConnectorNeedsAPort(t *testing.T) {
	for _, address := range []string{"tcp:127.0.0.1", "tcp:127.0.0.1:0", "rfc2217:"} {
		p, err := Connect(address)
		if err == nil {
			closed(t, p)
		}
		checkLine(t, err, "port: "+address+": there is no port to connect to: write ")
	}
}

// With RFC 2217 between the ports of two modems, bytes arrive unchanged and the circuits cross as
// in a null-modem cable.
func TestRFC2217BetweenPorts(t *testing.T) {
	before := listen(t, "rfc2217:")
	address := before.Path()
	if want := fmt.Sprintf("rfc2217://127.0.0.1:%d", before.Address().Port); address != want {
		t.Errorf("path %s, want %s", address, want)
	}
	closed(t, before.Socket)
	p := connect(t, address+",9600")
	p.wantNotice("connection refused; trying again until it is there")
	p.SetSignals(Signals{CTS: true, DCD: true})
	s := listen(t, address)
	s.SetSignals(Signals{CTS: true, DSR: true})
	toModem := s.want("open").Host
	toHost := p.want("open").Host
	p.wantNotice(": connected")
	s.want("speed 9600")
	s.want("format 8N1")
	var all []byte
	for i := range 1 << 16 {
		all = append(all, byte(i), byte(i>>8))
	}
	go toModem.Write(all)
	p.wantData(string(all))
	go toHost.Write(all)
	s.wantData(string(all))
	p.SetSignals(Signals{CTS: true})
	s.want("dtr false")
	p.SetSignals(Signals{DCD: true})
	for want := map[string]bool{"dtr true": true, "rts false": true}; len(want) > 0; {
		e := show(s.tap.next())
		if !want[e] {
			t.Fatalf("event %s, want one of %v", e, want)
		}
		delete(want, e)
	}
	text(t, toHost, "behind it")
	s.wantData("behind it")
	if err := p.SetSpeed(57600); err != nil {
		t.Error(err)
	}
	s.want("speed 57600")
	closed(t, s.Socket)
	p.wantNotice("; trying again until it is there")
	p.want("close")
	s = listen(t, address)
	s.want("open")
	s.want("speed 57600") // again
}

// Bytes, answers and notifications are sent whole, none in the middle of another.
func TestRFC2217NotificationsSplitNothing(t *testing.T) {
	s := listen(t, "rfc2217:")
	p := connect(t, s.Path())
	out := s.want("open").Host
	p.want("open")
	s.want("speed 115200")
	s.want("format 8N1")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 2000 {
			s.SetSignals(Signals{DCD: i%2 == 0, RI: i%3 == 0})
		}
	}()
	want := strings.Repeat("\xff\xff\xfa,\xff\xf0", 20000)
	go out.Write([]byte(want))
	p.wantData(want)
	<-done
}
