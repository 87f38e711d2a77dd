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

// One that is not there is an error that says so.
func TestServiceManagerIsNotThere(t *testing.T) {
	t.Setenv(readyEnv, filepath.Join(t.TempDir(), "notify"))
	err := tellReady()
	if err == nil || !strings.Contains(err.Error(), "telling NOTIFY_SOCKET that the modem is ready: dial unixgram") {
		t.Errorf("%v", err)
	}
}
