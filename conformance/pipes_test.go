//go:build conformance

// Package: socat

package conformance

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// signalAnswer is the answer to AT+CSQ with its echo.
const signalAnswer = "AT+CSQ\r\r\n+CSQ: 25,99\r\n\r\nOK\r\n"

// The programs copy standard input to the modem and the modem to standard output.
func TestPipes(t *testing.T) {
	for name, arguments := range map[string][]string{
		"picocom":             {"picocom", "--quiet", "--baud", "115200", "--exit-after", "800", "TTY"},
		"socat":               {"socat", "-t1", "-", "OPEN:TTY,rawer,b115200"},
		"socat without speed": {"socat", "-t1", "-", "OPEN:TTY,rawer"}, // it sets speed 0
	} {
		t.Run(name, func(t *testing.T) {
			m := startCommand(t)
			for range 2 { // the second must find the modem in the same state
				c := m.program(t, arguments...)
				c.Stdin = strings.NewReader("AT+CSQ\r")
				out, err := c.CombinedOutput()
				if got := strings.TrimRight(string(out), "\n"); err != nil || strings.TrimRight(got, "\r\n") != strings.TrimRight(signalAnswer, "\r\n") {
					t.Fatalf("%v: %q, want %q", err, out, signalAnswer)
				}
			}
			m.next(t)
		})
	}
}

// program returns a command in which the tty replaces TTY. Its time is limited.
func (m *command) program(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	for i, a := range arguments {
		arguments[i] = strings.ReplaceAll(a, "TTY", m.path)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, arguments[0], arguments[1:]...)
}

// A host that is connected to the tty by socat fetches a file, and every byte passes.
func TestSocatDownload(t *testing.T) {
	m := startCommand(t)
	c := m.program(t, "socat", "-", "OPEN:TTY,rawer,b115200")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer c.Wait()
	defer in.Close() // ends it
	said := readerTo{t, out}
	for _, line := range strings.Split(strings.TrimSpace(fetchLines), "\n") {
		if _, err := io.WriteString(in, line+"\r"); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(line, "DATA") {
			said.until("\r\nCONNECT\r\n")
			break
		}
		said.until("\r\nOK\r\n")
	}
	if sum(t, io.LimitReader(out, someSize)) != sum(t, newContent(someSize)) {
		t.Error("another file came than the server has")
	}
	said.until("\r\nNO CARRIER\r\n")
}

// fetchLines are command lines that fetch someFile.
const fetchLines = `
ATE0
AT+AIPA=1
AT+AFTPO="192.0.2.1",21,"user","secret"
AT+AFTPTYPE=0
AT+AFTPPASV=1
AT+AFTPRETR="` + someFile + `"
AT+AFTPDATA
`

// A readerTo reads byte by byte, so that it does not consume what follows.
type readerTo struct {
	t *testing.T
	r io.Reader
}

func (r readerTo) until(text string) {
	r.t.Helper()
	var got []byte
	b := make([]byte, 1)
	for !bytes.HasSuffix(got, []byte(text)) {
		if _, err := io.ReadFull(r.r, b); err != nil {
			r.t.Fatalf("waiting for %q after %q: %v", text, got, err)
		}
		got = append(got, b...)
	}
}

// A host needs no more than the shell's printf and read, and head for the file.
func TestShell(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fetched")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, modemsim(t), "exec", "--files", servedFiles(t), "--", "sh", "testdata/fetch.sh", "{tty}", someFile, file)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if sumFile(t, file) != sum(t, newContent(someSize)) {
		t.Error("another file came than the server has")
	}
}

// cat shows what the modem sends to others, and nothing else: a tty with echo would answer the
// modem.
func TestCat(t *testing.T) {
	m := startCommand(t)
	c := m.program(t, "cat", m.path)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		c.Process.Kill()
		c.Wait()
	}()
	m.await(t, "# host opens the port")
	if out, err := m.program(t, "sh", "-c", `printf 'AT+CSQ\r' >TTY`).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said := readerTo{t, out}
	said.until(signalAnswer)
	quietly := make([]byte, 1)
	file := out.(*os.File)
	if err := file.SetReadDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := file.Read(quietly); !os.IsTimeout(err) {
		t.Errorf("%d more bytes came: %q, %v", n, quietly, err)
	}
}

// A host in Python uses pyserial.
func TestPyserial(t *testing.T) {
	m := startCommand(t)
	file := filepath.Join(t.TempDir(), "fetched")
	out, err := m.program(t, "python3", "testdata/pyserial.py", "TTY", someFile, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	// A pty has neither the circuits of a serial line nor formats other than 8N1.
	want := "cts: ENOTTY\ndtr: ENOTTY\nparity: EINVAL\n"
	if string(out) != want {
		t.Errorf("it says %q, want %q", out, want)
	}
	if sumFile(t, file) != sum(t, newContent(someSize)) {
		t.Error("another file came than the server has")
	}
	m.next(t)
}
