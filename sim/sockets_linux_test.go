package sim_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// A ptyHost is a host on a pty that reads lines.
type ptyHost struct {
	t    *testing.T
	tty  *os.File
	in   *bufio.Reader
	came []byte // in notices of data
}

// openPTYHost starts a modem on a pty, with the embedded network.
func openPTYHost(t *testing.T, options ...sim.Option) *ptyHost {
	t.Helper()
	files, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	network := internet.NewEmbedded(internet.Options{Files: files})
	pty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := pty.Path()
	m, err := sim.New(pty, append([]sim.Option{sim.Internet(network)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close(); m.Close(); network.Close(); files.Close() })
	tty.SetReadDeadline(time.Now().Add(time.Minute))
	return &ptyHost{t: t, tty: tty, in: bufio.NewReader(tty)}
}

// ask sends a line and returns the information text of its answer; notices of data on the way are
// kept.
func (h *ptyHost) ask(line string) string {
	h.t.Helper()
	io.WriteString(h.tty, line+"\r")
	for text := ""; ; {
		switch got := h.line(); {
		case got == "OK" || got == "CONNECT":
			return text
		case got == "ERROR" || got == "NO CARRIER":
			h.t.Fatalf("%.60s: %s", line, got)
		case got != "" && !strings.HasPrefix(got, "AT"):
			text = got
		}
	}
}

// line reads the next line, but for notices of data.
func (h *ptyHost) line() string {
	h.t.Helper()
	got, err := h.in.ReadString('\n')
	if err != nil {
		h.t.Fatal(err)
	}
	if got = strings.Trim(got, "\r\n"); strings.HasPrefix(got, "+AIPRTCP:") {
		h.came = append(h.came, data(h.t, got)...)
		return ""
	}
	return got
}

// data is what a line holds in hex digits.
func data(t *testing.T, line string) []byte {
	t.Helper()
	_, digits, _ := strings.Cut(line, `,"`)
	p, err := hex.DecodeString(strings.TrimSuffix(digits, `"`))
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return p
}

// A mebibyte passes through an echo over a pty and back, in each mode.
func TestMebibyteThroughASocket(t *testing.T) {
	sent := faults.Content("mebibyte", 1<<20, true)
	for mode, run := range []func(h *ptyHost) []byte{
		func(h *ptyHost) []byte { // command mode
			for piece := range slices.Chunk(sent, 768) {
				h.ask(fmt.Sprintf(`AT+AIPW=1,"%X"`, piece))
			}
			for len(h.came) < len(sent) {
				h.line()
			}
			return h.came
		},
		func(h *ptyHost) []byte { // request mode
			var got []byte
			for piece := range slices.Chunk(sent, 768) {
				h.ask(fmt.Sprintf(`AT+AIPW=1,"%X"`, piece))
				got = append(got, data(h.t, h.ask("AT+AIPR=1,768"))...)
			}
			for len(got) < len(sent) {
				got = append(got, data(h.t, h.ask("AT+AIPR=1,768"))...)
			}
			return got
		},
		func(h *ptyHost) []byte { // data mode
			go func() {
				for piece := range slices.Chunk(bytes.ReplaceAll(sent, []byte("+"), []byte("-")), 4096) {
					h.tty.Write(piece)
				}
			}()
			got := make([]byte, len(sent))
			if _, err := io.ReadFull(h.in, got); err != nil {
				h.t.Error(err)
			}
			return got
		},
	} {
		t.Run(fmt.Sprint("mode ", mode), func(t *testing.T) {
			h := openPTYHost(t)
			h.ask("ATE0")
			h.ask("AT+AIPA=1")
			h.ask(fmt.Sprintf(`AT+AIPO=1,,"203.0.113.5",7,0,30,0,%d`, mode))
			want := sent
			if mode == 2 {
				want = bytes.ReplaceAll(sent, []byte("+"), []byte("-"))
			}
			if got := run(h); !bytes.Equal(got, want) {
				t.Errorf("%d bytes came back, which differ", len(got))
			}
		})
	}
}

// The same requests over the embedded network give the same bytes in every run, in real time and
// with the machine busy: how the server writes its answers is not to be seen. -runs says how often.
func TestDeterminismOfSockets(t *testing.T) {
	talk := func() string {
		h := openPTYHost(t)
		var said strings.Builder
		read := func(end string) {
			for text := ""; !strings.HasSuffix(text, end); {
				b, err := h.in.ReadByte()
				if err != nil {
					t.Fatalf("waiting for %q: %v\n%s", end, err, said.String())
				}
				text += string(b)
				said.WriteByte(b)
			}
		}
		ask := func(line, end string) { io.WriteString(h.tty, line+"\r"); read(end) }
		ask("ATE0", "OK\r\n")
		ask("AT+AIPA=1", "OK\r\n")
		ask(`AT+AIPO=1,,"www.example.com",80,0,,1`, "OK\r\n")
		ask(fmt.Sprintf(`AT+AIPW=1,"%X"`, "GET /User_16.crc HTTP/1.0\r\n\r\n"), "+AIPC: 1\r\n")
		ask("AT+AIPC=1", "OK\r\n")
		ask(`AT+AIPO=2,,"www.example.com",80,0,,1,1`, "OK\r\n")
		ask(fmt.Sprintf(`AT+AIPW=2,"%X"`, "GET /User_16.crc HTTP/1.0\r\n\r\n"), "+AIPC: 2\r\n")
		ask("AT+AIPR=2,768", "OK\r\n")
		ask("AT+AIPR=2,768", "OK\r\n")
		ask("AT+AIPC=2", "OK\r\n")
		ask(`AT+AIPO=3,,"www.example.com",80,0,,1,2`, "CONNECT\r\n")
		io.WriteString(h.tty, "GET /User_16.crc HTTP/1.0\r\n\r\n")
		read("\r\nNO CARRIER\r\n")
		ask("AT+AIPSST?", "OK\r\n")
		return said.String()
	}
	first := talk()
	for n := 2; n <= *runs; n++ {
		if again := talk(); again != first {
			t.Fatalf("run %d differs from the first %s", n, difference(again, first))
		}
	}
	t.Logf("%d runs of %d bytes", *runs, len(first))
}

// A web server of the system is reached with a direct network, and the file that it has arrives
// whole, in each mode.
func TestSocketToARealServer(t *testing.T) {
	file := faults.Content("direct", 1<<20, false)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(file) }))
	defer server.Close()
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	const request = "GET / HTTP/1.0\r\n\r\n"
	for mode, run := range []func(h *ptyHost) []byte{
		func(h *ptyHost) []byte { // command mode
			h.ask(fmt.Sprintf(`AT+AIPW=1,"%X"`, request))
			for h.line() != "+AIPC: 1" {
			}
			return h.came
		},
		func(h *ptyHost) []byte { // request mode
			h.ask(fmt.Sprintf(`AT+AIPW=1,"%X"`, request))
			var got []byte
			for !bytes.HasSuffix(got, file[len(file)-64:]) {
				got = append(got, data(h.t, h.ask("AT+AIPR=1,768"))...)
			}
			return got
		},
		func(h *ptyHost) []byte { // data mode
			io.WriteString(h.tty, request)
			var got []byte
			for buf := make([]byte, 4096); !bytes.HasSuffix(got, []byte("\r\nNO CARRIER\r\n")); {
				n, err := h.in.Read(buf)
				if err != nil {
					h.t.Fatal(err)
				}
				got = append(got, buf[:n]...)
			}
			return bytes.TrimSuffix(got, []byte("\r\nNO CARRIER\r\n"))
		},
	} {
		t.Run(fmt.Sprint("mode ", mode), func(t *testing.T) {
			h := openPTYHost(t, sim.Internet(internet.Direct()))
			h.ask("ATE0")
			h.ask("AT+AIPA=1")
			h.ask(fmt.Sprintf(`AT+AIPO=1,,"127.0.0.1",%s,0,30,0,%d`, port, mode))
			_, body, _ := bytes.Cut(run(h), []byte("\r\n\r\n"))
			if !bytes.Equal(body, file) {
				t.Errorf("%d bytes came, which are not the file", len(body))
			}
		})
	}
}
