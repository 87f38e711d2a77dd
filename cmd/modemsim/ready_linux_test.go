package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A service manager is told once the modem can be opened.
func TestServiceManagerIsTold(t *testing.T) {
	folder := t.TempDir()
	socket, link := filepath.Join(folder, "notify"), filepath.Join(folder, "modem")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv(readyEnv, socket)
	p := startPiped(t, "modemsim", "-q", "--link", link)
	if err := manager.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	n, err := manager.Read(buf)
	if err != nil || string(buf[:n]) != "READY=1" {
		t.Errorf("told %q, %v", buf[:n], err)
	}
	if _, err := os.Stat(link); err != nil {
		t.Errorf("told before: %v", err)
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
}

// One that is not there costs a line: the variable may be that of a shell's own service.
func TestServiceManagerIsNotThere(t *testing.T) {
	for _, socket := range []string{filepath.Join(t.TempDir(), "notify"), "vsock:2:1234"} {
		t.Run(socket, func(t *testing.T) {
			t.Setenv(readyEnv, socket)
			p := startPiped(t, "sh", "-c", `exec modemsim --link "$1" 2>said`, "sh", filepath.Join(t.TempDir(), "modem"))
			if answer := exchange(t, p.await("\n"), "AT+CSQ"); !strings.Contains(answer, "+CSQ: 25,99") {
				t.Errorf("answered %q", answer)
			}
			p.send(syscall.SIGTERM)
			p.exits(0)
			said, err := os.ReadFile(filepath.Join(p.Dir, "said"))
			if err != nil || strings.Count(string(said), "modemsim: telling NOTIFY_SOCKET that the modem is ready: dial unixgram") != 1 {
				t.Errorf("said %q, %v", said, err)
			}
		})
	}
}

// Nobody is told of a modem whose path could not be printed.
func TestServiceManagerIsNotToldOfAModemThatFailed(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv(readyEnv, socket)
	p := startPiped(t, "sh", "-c", `exec modemsim -q >/dev/full 2>said`)
	p.exits(exitFailed)
	line, err := net.DialUnix("unixgram", nil, manager.LocalAddr().(*net.UnixAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if _, err := line.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	if n, err := manager.Read(buf); err != nil || string(buf[:n]) != "the end" {
		t.Errorf("told %q, %v", buf[:n], err)
	}
}
