package golibs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"errors"

	"go.bug.st/serial"
)

// A host that uses go.bug.st/serial fetches a file.
func TestSerial(t *testing.T) {
	files := t.TempDir()
	content := make([]byte, 4<<20)
	rand.NewChaCha8([32]byte{2}).Read(content)
	if err := os.WriteFile(filepath.Join(files, "some.bin"), content, 0o644); err != nil {
		t.Fatal(err)
	}
	path := startModemsim(t, "--files", files)
	for range 2 { // the second host must find the modem in the same state
		port := openSerial(t, path)
		h := &serialHost{t: t, port: port, in: bufio.NewReader(port)}
		for _, line := range []string{"AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","secret"`, "AT+AFTPTYPE=0", "AT+AFTPPASV=1", `AT+AFTPRETR="some.bin"`} {
			h.must(line, "OK")
		}
		h.must("AT+AFTPDATA", "CONNECT")
		got := make([]byte, len(content))
		if n, err := io.ReadFull(h.in, got); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%d bytes came that are not the file: %v", n, err)
		}
		h.read("NO CARRIER")
		h.must("AT+AFTPC", "OK")
		h.must("AT+AIPA=0", "OK")
		if err := port.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// The library returns errors for a tty that has no circuits and only 8 bits without parity.
func TestSerialLimits(t *testing.T) {
	path := startModemsim(t, "--files", t.TempDir())
	port := openSerial(t, path)
	if err := port.SetDTR(false); !errors.Is(err, syscall.ENOTTY) {
		t.Errorf("SetDTR: %v, want ENOTTY", err)
	}
	if err := port.SetRTS(false); !errors.Is(err, syscall.ENOTTY) {
		t.Errorf("SetRTS: %v, want ENOTTY", err)
	}
	if _, err := port.GetModemStatusBits(); !errors.Is(err, syscall.ENOTTY) {
		t.Errorf("GetModemStatusBits: %v, want ENOTTY", err)
	}
	if err := port.SetMode(&serial.Mode{BaudRate: 9600, DataBits: 7, Parity: serial.EvenParity}); err != nil {
		t.Errorf("7E1: %v; the kernel makes it 8N1 and the library does not look", err)
	}
	h := &serialHost{t: t, port: port, in: bufio.NewReader(port)}
	h.must("AT", "OK")
	if err := port.Close(); err != nil {
		t.Fatal(err)
	}
	if port, err := serial.Open(path, &serial.Mode{InitialStatusBits: &serial.ModemOutputBits{DTR: true}}); err == nil {
		port.Close()
		t.Error("Open with InitialStatusBits works")
	}
}

func openSerial(t *testing.T, path string) serial.Port {
	t.Helper()
	port, err := serial.Open(path, &serial.Mode{BaudRate: 115200})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() }) // does nothing for those that are closed
	if err := port.SetReadTimeout(30 * time.Second); err != nil {
		t.Fatal(err)
	}
	return port
}

// A serialHost sends commands to the modem.
type serialHost struct {
	t    *testing.T
	port serial.Port
	in   *bufio.Reader
}

// must sends a command line and reads its answer up to the final result.
func (h *serialHost) must(line, result string) {
	h.t.Helper()
	if _, err := fmt.Fprintf(h.port, "%s\r", line); err != nil {
		h.t.Fatal(err)
	}
	h.read(result)
}

// read reads up to a frame.
func (h *serialHost) read(frame string) {
	h.t.Helper()
	var said []string
	for {
		text, err := h.in.ReadString('\n')
		said = append(said, text)
		switch {
		case err != nil || strings.HasPrefix(text, "ERROR"):
			h.t.Fatalf("waiting for %s: %q, %v", frame, said, err)
		case text == frame+"\r\n":
			return
		}
	}
}
