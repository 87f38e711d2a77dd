//go:build conformance

package conformance

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/sim"
)

const (
	largeDownload = 100 << 20
	largeUpload   = 20 << 20
)

// embedded starts a modem with the embedded server on a folder with large.bin, and a host that has
// logged in. Complete uploads go to save.
func embedded(t *testing.T) (h *host, m *modem, save string) {
	t.Helper()
	files, save := t.TempDir(), t.TempDir()
	writeContent(t, filepath.Join(files, "large.bin"), largeDownload)
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{Files: files, Save: save})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	m = startModem(t, sim.FTP(sim.Embedded(server)))
	h = m.dial(t)
	h.must("AT+AIPA=1", "OK")
	h.must(`AT+AFTPO="192.0.2.1",21,"user","secret"`, "OK")
	return h, m, save
}

// connect enters data mode for a transfer by the command RETR or STOR.
func (h *host) connect(command, name string) {
	h.t.Helper()
	h.must("AT+AFTPPASV=1", "OK")
	h.must(fmt.Sprintf("AT+AFTP%s=%q", command, name), "OK")
	h.must("AT+AFTPDATA", "CONNECT")
}

func TestPTYLargeDownload(t *testing.T) {
	h, _, _ := embedded(t)
	boundMemory(t)
	h.connect("RETR", "large.bin")
	start := time.Now()
	h.fetch(largeDownload)
	t.Logf("%.0f MiB/s", largeDownload/(1<<20)/time.Since(start).Seconds())
	h.must("AT+AFTPC", "OK")
}

// fetch reads a download of n bytes of content to its end.
func (h *host) fetch(n int64) {
	h.t.Helper()
	h.extendDeadline()
	hash := sha256.New()
	if got, err := io.CopyN(hash, h.in, n); err != nil {
		h.t.Fatalf("after %d bytes: %v", got, err)
	}
	h.want("\r\nNO CARRIER\r\n")
	if [sha256.Size]byte(hash.Sum(nil)) != sum(h.t, newContent(n)) {
		h.t.Error("the host got another file than the server has")
	}
}

// deliver sends n bytes of content as an upload.
func (h *host) deliver(n int64) {
	h.t.Helper()
	h.sendFile(newContent(n))
}

// sendFile sends an upload to its end.
func (h *host) sendFile(r io.Reader) {
	h.t.Helper()
	h.extendDeadline()
	if sent, err := io.Copy(h.tty, r); err != nil {
		h.t.Fatalf("after %d bytes: %v", sent, err)
	}
	h.send("+++")
	h.want("\r\nOK\r\n")
}

func TestPTYLargeUpload(t *testing.T) {
	h, _, save := embedded(t)
	boundMemory(t)
	h.connect("STOR", "up.bin")
	start := time.Now()
	h.deliver(largeUpload)
	t.Logf("%.0f MiB/s", largeUpload/(1<<20)/time.Since(start).Seconds())
	if sumFile(t, filepath.Join(save, "up.bin")) != sum(t, newContent(largeUpload)) {
		t.Error("the server has another file than the host sent")
	}
	h.must("AT+AFTPC", "OK")
}

// An upload whose content contains the escape sequence ends there, since the module has no guard
// time (supplement). What follows is lost until the server has answered, and then is command input.
func TestPTYUploadWithEscapeSequence(t *testing.T) {
	const before = 12_345_678
	rest := strings.Repeat("0123456789", 5000) + "\r"
	h, m, save := embedded(t)
	h.connect("STOR", "cut.bin")
	h.extendDeadline()
	sending := make(chan error, 1)
	go func() {
		_, err := io.Copy(h.tty, io.MultiReader(newContent(before), strings.NewReader("+++"), strings.NewReader(rest)))
		sending <- err
	}()
	h.want("\r\nOK\r\n")
	if err := <-sending; err != nil {
		t.Fatal(err)
	}
	h.send("AT+AFTPO?\r")
	echo, err := h.in.ReadString('A')
	if echo, ok := strings.CutSuffix(echo, "A"); err != nil || !ok || !strings.HasSuffix(rest, echo) {
		t.Fatalf("%v; the modem echoed %d bytes that end in %q, want an end of what followed the escape sequence", err, len(echo), tail(echo, 20))
	}
	h.want("T+AFTPO?\r\r\n+AFTPC: 1\r\n\r\nOK\r\n")
	note := fmt.Sprintf("escape sequence after %d bytes", before)
	if !strings.Contains(m.Transcript().String(), note) {
		t.Errorf("the transcript does not say %q", note)
	}
	t.Logf("the upload ended at its escape sequence, at offset %d; of the %d bytes after it %d became command input", before, len(rest), len(echo)-1)
	if sumFile(t, filepath.Join(save, "cut.bin")) != sum(t, newContent(before)) {
		t.Error("the server has another file than the part before the escape sequence")
	}
	h.must("AT+AFTPC", "OK")
}
