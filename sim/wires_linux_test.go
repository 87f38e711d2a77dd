package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A wire is how a modem listens, and how a host comes to it.
type wire struct {
	listen func(t *testing.T) (io.ReadWriteCloser, error)
	dial   func(path string) (io.ReadWriteCloser, error)
}

var wires = map[string]wire{
	"pty": {
		func(*testing.T) (io.ReadWriteCloser, error) { return port.OpenPTY(port.PTYOptions{}) },
		func(path string) (io.ReadWriteCloser, error) { return os.OpenFile(path, os.O_RDWR, 0) },
	},
	"tcp": {
		func(*testing.T) (io.ReadWriteCloser, error) { return port.Listen("tcp:", port.SocketOptions{}) },
		func(path string) (io.ReadWriteCloser, error) {
			return net.Dial("tcp", strings.TrimPrefix(path, "tcp:"))
		},
	},
	"unix": {
		func(t *testing.T) (io.ReadWriteCloser, error) {
			return port.Listen("unix:"+filepath.Join(t.TempDir(), "modem"), port.SocketOptions{})
		},
		func(path string) (io.ReadWriteCloser, error) {
			return net.Dial("unix", strings.TrimPrefix(path, "unix:"))
		},
	},
	"rfc2217": {
		func(*testing.T) (io.ReadWriteCloser, error) { return port.Listen("rfc2217:", port.SocketOptions{}) },
		dialRFC2217,
	},
}

func dialRFC2217(path string) (io.ReadWriteCloser, error) {
	host, err := port.Connect(path)
	if err != nil {
		return nil, err
	}
	host.SetSignals(port.Signals{DCD: true, CTS: true}) // the modem sees them as DTR and RTS
	for {
		e, err := host.Next()
		if e.Kind == port.Open || err != nil {
			return host, err
		}
	}
}

// One session over every wire: what the modem sends is the same to the byte, and the uploaded file
// is too.
func TestWiresCarryTheSameBytes(t *testing.T) {
	const golden = "testdata/wires.txt"
	for name, w := range wires {
		t.Run(name, func(t *testing.T) {
			got := goldenSession(t, w)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the session is not that of %s, which go test -update writes; it is\n%s", golden, got)
			}
		})
	}
}

// awkwardBytes are every byte behind every kind of neighbour that a wire may take for a sign of its
// own: CR, IAC, XON, and itself.
func awkwardBytes() []byte {
	var all []byte
	for b := range 256 {
		all = append(all, byte(b), byte(b), '\r', byte(b), 0xff, byte(b), 0x11, byte(b))
	}
	return all
}

// goldenSession is what host and modem say on a wire, a row for a line of the host or 64 bytes of
// the modem.
func goldenSession(t *testing.T, w wire) string {
	t.Helper()
	modemEnd, err := w.listen(t)
	if err != nil {
		t.Fatal(err)
	}
	settings := scenarios.Default()
	if err := settings.Set("ip", "198.51.100.7"); err != nil {
		t.Fatal(err)
	}
	m := sim.RunOn(t, modemEnd, sim.Settings(settings))
	m.Put("every.bin", awkwardBytes())
	opened := m.Next("host:open")
	hostEnd, err := w.dial(m.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer hostEnd.Close()
	opened(ttyPatience)
	h := &wireHost{t: t, end: hostEnd}

	h.ask("AT", "\r\nOK\r\n")
	h.ask("ATI", "\r\nOK\r\n")
	h.ask("AT+BOGUS", "\r\nERROR\r\n")
	h.ask("AT+AIPA=1", "\r\nOK\r\n")
	h.ask(`AT+AFTPO="192.0.2.1",21,"user","secret"`, "\r\nOK\r\n")
	h.ask("AT+AFTPTYPE=0", "\r\nOK\r\n")
	h.ask(`AT+AFTPSIZE="every.bin"`, "\r\nOK\r\n")
	h.ask("AT+AFTPPASV=1", "\r\nOK\r\n")
	h.ask(`AT+AFTPRETR="every.bin"`, "\r\nOK\r\n")
	h.ask("AT+AFTPDATA", "\r\nCONNECT\r\n"+string(awkwardBytes())+"\r\nNO CARRIER\r\n")
	h.ask("AT+AFTPPASV=1", "\r\nOK\r\n")
	h.ask(`AT+AFTPSTOR="up.bin"`, "\r\nOK\r\n")
	h.ask("AT+AFTPDATA", "\r\nCONNECT\r\n")
	h.send(awkwardBytes())
	h.send([]byte("+++"))
	h.until("\r\nOK\r\n")
	h.ask("AT+AFTPC", "\r\nOK\r\n")
	h.ask("AT+AIPA=0", "\r\nOK\r\n")
	h.ask("AT+CREG=1", "\r\nOK\r\n")
	m.Do("network searching")
	h.until("\r\n+CREG: 2\r\n")

	if up, ok := m.Stored("up.bin"); !ok || !bytes.Equal(up, awkwardBytes()) {
		t.Errorf("the upload has come as %d bytes, and not as the %d that were sent", len(up), len(awkwardBytes()))
	}
	return h.said.String()
}

// A wireHost writes down what both say.
type wireHost struct {
	t    *testing.T
	end  io.ReadWriteCloser
	said strings.Builder
}

func (h *wireHost) send(p []byte) {
	h.t.Helper()
	if _, err := h.end.Write(p); err != nil {
		h.t.Fatal(err)
	}
	h.row('>', p)
}

func (h *wireHost) row(mark rune, p []byte) {
	for len(p) > 0 {
		n := min(len(p), 64)
		fmt.Fprintf(&h.said, "%c %q\n", mark, p[:n])
		p = p[n:]
	}
}

// until reads byte by byte to the end of what is awaited, so that nothing is lost of what follows.
func (h *wireHost) until(end string) {
	h.t.Helper()
	late := time.AfterFunc(ttyPatience, func() { _ = h.end.Close() }) // ends the Read
	defer late.Stop()
	var got []byte
	b := make([]byte, 1)
	for !bytes.HasSuffix(got, []byte(end)) {
		if _, err := io.ReadFull(h.end, b); err != nil {
			h.t.Fatalf("%v; the modem said %q, awaited is %q", err, got, end)
		}
		got = append(got, b[0])
	}
	h.row('<', got)
}

func (h *wireHost) ask(line, end string) {
	h.t.Helper()
	h.send([]byte(line + "\r"))
	h.until(end)
}
