//go:build conformance

package conformance

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A host is a program that has the modem's tty open. It does not change the tty's settings.
type host struct {
	t   *testing.T
	tty *os.File
	in  *bufio.Reader
}

func (m *modem) dial(t *testing.T) *host {
	t.Helper()
	tty, err := os.OpenFile(m.path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	h := &host{t: t, tty: tty, in: bufio.NewReaderSize(tty, 64<<10)}
	t.Cleanup(func() { tty.Close() }) // does nothing for those that have hung up
	h.extendDeadline()
	return h
}

func (h *host) hangUp() {
	h.t.Helper()
	if n := h.in.Buffered(); n > 0 {
		left, _ := h.in.Peek(n)
		h.t.Fatalf("%q came that the host did not expect", left)
	}
	if err := h.tty.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// extendDeadline sets the deadline of the following reads and writes to patience from now.
func (h *host) extendDeadline() {
	h.t.Helper()
	if err := h.tty.SetDeadline(time.Now().Add(patience)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *host) send(text string) {
	h.t.Helper()
	h.extendDeadline()
	if _, err := io.WriteString(h.tty, text); err != nil {
		h.t.Fatalf("sending %.40q: %v", text, err)
	}
}

// want reads text and nothing else.
func (h *host) want(text string) {
	h.t.Helper()
	h.extendDeadline()
	got := make([]byte, len(text))
	if n, err := io.ReadFull(h.in, got); err != nil || string(got) != text {
		h.t.Fatalf("read %q, %v; want %q", got[:n], err, text)
	}
}

// finals are the final results that occur in the tests.
var finals = []string{"OK", "ERROR", "CONNECT", "NO CARRIER"}

// ask sends a command line and returns the text of each frame of the answer; the last one is the
// final result.
func (h *host) ask(line string) []string {
	h.t.Helper()
	h.send(line + "\r")
	h.want(line + "\r")
	var frames []string
	for {
		h.want("\r\n")
		text, err := h.in.ReadString('\n')
		if err != nil || !strings.HasSuffix(text, "\r\n") {
			h.t.Fatalf("%s: frame %q, %v", line, text, err)
		}
		text = strings.TrimSuffix(text, "\r\n")
		frames = append(frames, text)
		if slices.Contains(finals, text) {
			return frames
		}
	}
}

// must sends a command line whose final result must be result.
func (h *host) must(line, result string) {
	h.t.Helper()
	if frames := h.ask(line); frames[len(frames)-1] != result {
		h.t.Fatalf("%s: %q, want %s", line, frames, result)
	}
}

// readTo reads up to a frame and returns what comes before it.
func (h *host) readTo(text string) []byte {
	h.t.Helper()
	h.extendDeadline()
	frame := []byte("\r\n" + text + "\r\n")
	var got []byte
	buf := make([]byte, 64<<10)
	for !bytes.HasSuffix(got, frame) {
		n, err := h.in.Read(buf)
		if err != nil {
			h.t.Fatalf("waiting for %s after %d bytes: %v", text, len(got), err)
		}
		got = append(got, buf[:n]...)
	}
	return got[:len(got)-len(frame)]
}
