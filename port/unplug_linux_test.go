package port

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A host that has the pty open reads end of file, the link is gone, and then it leads to another
// pty.
func TestUnplug(t *testing.T) {
	link := filepath.Join(t.TempDir(), "tty")
	u, err := OpenPluggable(PTYOptions{Link: link})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	open := func() *os.File {
		f, err := os.OpenFile(link, os.O_RDWR|syscall.O_NOCTTY, 0)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	next := func(want Kind) Event {
		t.Helper()
		e, err := u.Next()
		if err != nil || e.Kind != want {
			t.Fatalf("event %v, error %v, want kind %v", e, err, want)
		}
		return e
	}
	host := open()
	next(Open)
	if err := u.Unplug(10 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if err := u.Unplug(time.Millisecond); err == nil {
		t.Error("it can be unplugged twice")
	}
	next(Close)
	if _, err := io.ReadAll(host); err != nil && !errors.Is(err, syscall.EIO) {
		t.Errorf("the host reads %v", err)
	}
	host.Close()
	if _, err := u.awaitPTY(); err != nil {
		t.Fatal(err)
	}
	host = open()
	defer host.Close()
	e := next(Open)
	if _, err := e.Host.Write([]byte("back")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4)
	if _, err := io.ReadFull(host, buf); err != nil || string(buf) != "back" {
		t.Errorf("the host reads %q, %v", buf, err)
	}
	if err := u.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link is there after Close: %v", err)
	}
}

func TestUnplugNeedsALink(t *testing.T) {
	if u, err := OpenPluggable(PTYOptions{}); err == nil {
		u.Close()
		t.Error("no error without a link")
	}
}
