//go:build conformance

// Package: python3-pyftpdlib

package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
)

func TestPyftpdlib(t *testing.T) {
	server{
		name:    "pyftpdlib",
		command: pyftpdlib,
		// The reply depends on whether the data connection or the command comes first.
		masks: []mask{{
			regexp.MustCompile(`125 Data connection already open\. Transfer starting\.|150 File status okay\. About to open data connection\.`),
			"125 Data connection already open. Transfer starting. OR 150 File status okay. About to open data connection.",
		}},
	}.test(t)
}

// pyftpdlib runs the library's standard server, one process for all clients, as the account. It has
// a password of its own.
func pyftpdlib(t *testing.T, s *site) *exec.Cmd {
	t.Helper()
	program, err := os.ReadFile("testdata/pyftpdlib.py")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := json.Marshal(map[string]any{
		"user": s.user, "password": s.password, "home": s.home, "port": s.port, "first": s.firstData, "last": s.lastData,
		"idle": s.limits.idle.Seconds(), "stall": s.limits.stall.Seconds(), "unused": s.limits.unused.Seconds(),
		"connections": s.limits.connections, "address": s.limits.address,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("python3", s.write(t, "py", string(program)), s.write(t, "json", string(settings)))
	c.Dir = s.folder
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(s.uid), Gid: 65534}}
	return c
}
