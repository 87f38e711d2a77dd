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
	if path, err := u.Unplug(10*time.Millisecond, false); path != link || err != nil {
		t.Fatal(err)
	}
	if _, err := u.Unplug(time.Millisecond, false); err == nil {
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

// A port that is renamed comes back under another name, and the next time under its own.
func TestUnplugRenamed(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(folder, "tty0")
	u, err := OpenPluggable(PTYOptions{Link: link})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if err := os.WriteFile(filepath.Join(folder, "tty1"), nil, 0o600); err != nil { // somebody's own
		t.Fatal(err)
	}
	for _, want := range []string{"tty2", "tty0"} {
		path, err := u.Unplug(time.Millisecond, true)
		if err != nil || path != filepath.Join(folder, want) || u.Path() != path {
			t.Fatalf("it comes back as %s, %v, want %s", path, err, want)
		}
		if _, err := u.awaitPTY(); err != nil {
			t.Fatal(err)
		}
		host, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := u.Next(); err != nil || e.Kind != Open {
			t.Fatalf("event %v, error %v", e, err)
		}
		host.Close()
		if e, err := u.Next(); err != nil || e.Kind != Close {
			t.Fatalf("event %v, error %v", e, err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != 3 { // the link, its lock, and tty1
			t.Errorf("in the folder: %v, %v", entries, err)
		}
	}
	for path, want := range map[string]string{"/dev/ttyUSB9": "/dev/ttyUSB10", "modem-link": "modem-link1", "a99999999999999999999": "a99999999999999999999-1"} {
		if got := countOn(path, 1); got != want {
			t.Errorf("%s comes back as %s, want %s", path, got, want)
		}
	}
}
