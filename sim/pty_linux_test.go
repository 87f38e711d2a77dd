package sim_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"golang.org/x/sys/unix"
)

// ttyPatience is how long a host on a real pty waits for one answer; the modem's own take
// microseconds.
const ttyPatience = 20 * time.Second

// ttyModem is a modem on a real pty with an embedded server.
type ttyModem struct {
	*sim.Modem
	server *backend.Embedded
	path   string
	cuts   chan sim.Event // transfers that did not complete
	closes chan sim.Event // last closes of the tty
}

func startTTYModem(t *testing.T) *ttyModem {
	t.Helper()
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	settings := scenarios.Default()
	if err := settings.Set("ip", "198.51.100.138"); err != nil {
		t.Fatal(err)
	}
	m := &ttyModem{server: server, path: tty.Path(), cuts: make(chan sim.Event, 1000), closes: make(chan sim.Event, 1000)}
	m.Modem, err = sim.New(tty, sim.FTP(sim.Embedded(server)), sim.Settings(settings), sim.Observe(func(e sim.Event) {
		switch e.Kind {
		case scenarios.EventFTPCut:
			m.cuts <- e
		case scenarios.EventHostClose:
			m.closes <- e
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(m.Close(), server.Close()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// awaitEvent gives the next event of one kind.
func awaitEvent(t *testing.T, events <-chan sim.Event) sim.Event {
	t.Helper()
	select {
	case e := <-events:
		return e
	case <-time.After(ttyPatience):
		t.Fatal("an event of the modem does not come")
		return sim.Event{}
	}
}

// ttyHost is a program that has the tty open and leaves its settings as it finds them.
type ttyHost struct {
	t   *testing.T
	tty *os.File
	in  *bufio.Reader
}

func (m *ttyModem) dial(t *testing.T) *ttyHost {
	t.Helper()
	tty, err := os.OpenFile(m.path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	h := &ttyHost{t: t, tty: tty, in: bufio.NewReaderSize(tty, 64<<10)}
	t.Cleanup(func() { tty.Close() }) // a second time for those that have hung up
	return h
}

func (h *ttyHost) hangUp() {
	h.t.Helper()
	if err := h.tty.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// patient gives what follows ttyPatience.
func (h *ttyHost) patient() {
	h.t.Helper()
	if err := h.tty.SetDeadline(time.Now().Add(ttyPatience)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *ttyHost) send(text string) {
	h.t.Helper()
	h.patient()
	if _, err := io.WriteString(h.tty, text); err != nil {
		h.t.Fatal(err)
	}
}

// want reads as many bytes as it names; each must be right.
func (h *ttyHost) want(text string) {
	h.t.Helper()
	h.patient()
	got := make([]byte, len(text))
	if n, err := io.ReadFull(h.in, got); err != nil || string(got) != text {
		h.t.Fatalf("read %q, %v; want %q", got[:n], err, text)
	}
}

// ask sends a command line and reads its echo, its information text, one frame a line, and its
// result.
func (h *ttyHost) ask(line, result string, info ...string) {
	h.t.Helper()
	h.send(line + "\r")
	answer := line + "\r"
	for _, text := range append(info, result) {
		answer += "\r\n" + text + "\r\n"
	}
	h.want(answer)
}

// passive asks for a data port and reads the answer, whose last two numbers are the server's
// choice.
func (h *ttyHost) passive() {
	h.t.Helper()
	h.send("AT+AFTPPASV=1\r")
	h.want("AT+AFTPPASV=1\r\r\n+AFTPS: 227 Entering Passive Mode (203,0,113,102,")
	numbers, err := h.in.ReadString(')')
	var high, low uint8
	if _, scanErr := fmt.Sscanf(numbers, "%d,%d)", &high, &low); err != nil || scanErr != nil {
		h.t.Fatalf("port %q: %v", numbers, errors.Join(err, scanErr))
	}
	h.want("\r\n\r\n+AFTPPASV: 1\r\n\r\nOK\r\n")
}

// login brings up GPRS and logs in.
func (h *ttyHost) login() {
	h.t.Helper()
	h.ask("AT+AIPA=1", "OK", "+AIPA: 1,198.51.100.138,0")
	h.ask(`AT+AFTPO="203.0.113.102",21,"user","secret"`, "OK", "+AFTPO: Login On")
}

// startDownload enters data mode; the file's bytes are next.
func (h *ttyHost) startDownload(name string) {
	h.t.Helper()
	h.passive()
	h.ask(fmt.Sprintf("AT+AFTPRETR=%q", name), "OK",
		"+AFTPS: 150 Connection accepted", fmt.Sprintf("+AFTPRETR: %q File Data Ready", name))
	h.ask("AT+AFTPDATA", "CONNECT")
}

// startUpload enters data mode; the server's file is next.
func (h *ttyHost) startUpload(name string) {
	h.t.Helper()
	h.passive()
	h.ask(fmt.Sprintf("AT+AFTPSTOR=%q", name), "OK",
		"+AFTPS: 150 Connection accepted", fmt.Sprintf("+AFTPSTOR: %q File Data Ready", name))
	h.ask("AT+AFTPDATA", "CONNECT")
}

// ttyFile is n bytes in which no piece looks like another, and which hold no escape sequence.
func ttyFile(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // never fails
	b = bytes.ReplaceAll(b, []byte("++"), []byte("+-"))
	b[n-1] = '.'
	return b
}

func TestPTYManualSession(t *testing.T) {
	m := startTTYModem(t)
	file := []byte("16 bytes of data")
	if err := m.server.WriteFile("User_16.crc", file); err != nil {
		t.Fatal(err)
	}
	h := m.dial(t)
	h.ask("AT", "OK")
	h.ask("AT+CSQ", "OK", "+CSQ: 25,99")
	h.ask("AT+CPIN?", "OK", "+CPIN: READY")
	h.ask(`AT+AIPDCONT="INTERNET"`, "OK", `+AIPDCONT: "INTERNET","",""`)
	h.ask("AT+AIPA=1", "OK", "+AIPA: 1,198.51.100.138,0")
	h.ask("AT+AIPQREQ=0,0,0,0,0", "OK", "+AIPQREQ: 0,0,0,0,0")

	h.ask(`AT+AFTPO="203.0.113.102",21,"slg","123"`, "OK", "+AFTPO: Login On")
	h.ask("AT+AFTPTYPE=0", "OK", "+AFTPS: 200 Type set to I", "+AFTPTYPE: 0")
	h.startDownload("User_16.crc")
	h.want(string(file) + "\r\nNO CARRIER\r\n")
	h.ask("AT+AFTPC", "OK", "+AFTPC: 0")

	h.send("AT+AIPA=0\r")
	h.want("AT+AIPA=0\r\r\n+AIPA: 0,")
	seconds, err := h.in.ReadString('\r')
	if err != nil || strings.Trim(seconds, "0123456789") != "\r" {
		t.Fatalf("seconds %q: %v", seconds, err)
	}
	h.want("\n\r\nOK\r\n")
}

func TestPTYDownload(t *testing.T) {
	m := startTTYModem(t)
	file := ttyFile(8 << 20)
	if err := m.server.WriteFile("large.bin", file); err != nil {
		t.Fatal(err)
	}
	h := m.dial(t)
	h.login()
	h.startDownload("large.bin")
	got := sha256.New()
	h.patient()
	if n, err := io.CopyN(got, h.in, int64(len(file))); err != nil {
		t.Fatalf("after %d bytes: %v", n, err)
	}
	h.want("\r\nNO CARRIER\r\n")
	if want := sha256.Sum256(file); !bytes.Equal(got.Sum(nil), want[:]) {
		t.Error("the host got another file than the server has")
	}
	h.ask("AT+AFTPC", "OK", "+AFTPC: 0")
}

func TestPTYUpload(t *testing.T) {
	m := startTTYModem(t)
	file := ttyFile(4 << 20)
	h := m.dial(t)
	h.login()
	h.startUpload("/upload/large.bin")
	h.send(string(file))
	h.send("+++")
	h.want("\r\nOK\r\n")
	stored, ok := m.server.Stored("/upload/large.bin")
	if !ok {
		t.Fatal("the server has no complete file")
	}
	if sha256.Sum256(stored) != sha256.Sum256(file) {
		t.Errorf("the server has another file than the host sent: %d bytes of %d", len(stored), len(file))
	}
	h.ask("AT+AFTPC", "OK", "+AFTPC: 0")
}

func TestPTYHundredHosts(t *testing.T) {
	m := startTTYModem(t)
	for i := range 100 {
		h := m.dial(t)
		h.ask("AT+CSQ", "OK", "+CSQ: 25,99")
		h.hangUp()
		if err := m.Do(fmt.Sprintf("urc +STALE: %d", i)); err != nil {
			t.Fatal(err)
		}
	}
}

// The last close of the tty drops DTR, which under &D2 ends data mode; context and FTP session stay
// (V.250 6.1.1).
func TestPTYCloseInMidDownload(t *testing.T) {
	m := startTTYModem(t)
	if err := m.server.WriteFile("large.bin", ttyFile(8<<20)); err != nil {
		t.Fatal(err)
	}
	h := m.dial(t)
	h.login()
	for range 5 {
		h.startDownload("large.bin")
		h.patient()
		if n, err := io.CopyN(io.Discard, h.in, 100_000); err != nil {
			t.Fatalf("after %d bytes: %v", n, err)
		}
		h.hangUp()
		// The modem drops what this host has not read when it learns of the close; a host that is faster
		// than that reads it.
		awaitEvent(t, m.closes)
		if e := awaitEvent(t, m.cuts); e.N < 100_000 || e.N >= 8<<20 {
			t.Errorf("the modem says that the download was cut after %d bytes; the host had read 100000", e.N)
		}
		h = m.dial(t)
		h.ask("AT+AFTPO?", "OK", "+AFTPC: 1")
	}
	h.ask("AT+AFTPC", "OK", "+AFTPC: 0")
}
