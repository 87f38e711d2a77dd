package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// connect opens what a modem printed.
func connect(t *testing.T, path string) net.Conn {
	t.Helper()
	network, at, _ := strings.Cut(path, ":")
	c, err := net.Dial(network, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// ask sends a command line and returns the answer up to its final result.
func ask(t *testing.T, line net.Conn, command string) string {
	t.Helper()
	if err := line.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(line, command+"\r"); err != nil {
		t.Fatal(err)
	}
	var answer strings.Builder
	in := bufio.NewScanner(line)
	for in.Scan() {
		answer.WriteString(in.Text() + "\n")
		if in.Text() == "OK" || in.Text() == "ERROR" {
			return answer.String()
		}
	}
	t.Fatalf("%s: %q, %v", command, answer.String(), in.Err())
	return ""
}

func TestSocketsAreAnnounced(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "modem")
	for _, c := range []struct{ listen, wire, path string }{
		{"tcp:127.0.0.1:0", "tcp", "tcp:127.0.0.1:"},
		{"unix:" + socket, "unix", "unix:" + socket},
	} {
		t.Run(c.wire, func(t *testing.T) {
			p := startPiped(t, "modemsim", "-q", "--json", "--listen", c.listen)
			got := fields(t, p.await("\n"))
			path, _ := got["path"].(string)
			if got["wire"] != c.wire || !strings.HasPrefix(path, c.path) {
				t.Errorf("announced %v", got)
			}
			if answer := ask(t, connect(t, path), "AT+CSQ"); !strings.Contains(answer, "+CSQ: 25,99") {
				t.Errorf("answered %q", answer)
			}
			p.send(syscall.SIGTERM)
			p.exits(0)
		})
	}
	gone(t, socket)
}

// The modem finds its host, though that comes later than the modem.
func TestConnectToAHost(t *testing.T) {
	reserved, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := reserved.Addr().String()
	reserved.Close()
	p := startPiped(t, "modemsim", "-q", "--connect", "tcp:"+address)
	if first := p.await("\n"); first != "tcp:"+address {
		t.Errorf("the first line is %q", first)
	}
	host, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	line, err := host.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if answer := ask(t, line, "AT+CSQ"); !strings.Contains(answer, "+CSQ: 25,99") {
		t.Errorf("answered %q", answer)
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
}

// What a port notices is a line on standard error, unless --quiet.
func TestNotices(t *testing.T) {
	for _, c := range []struct{ flag, says string }{
		{"--seed=1", "modemsim: 127.0.0.1:"},
		{"--quiet", ""},
		{"--verbose", "level=WARN msg=\"127.0.0.1:"},
	} {
		t.Run(c.flag, func(t *testing.T) {
			p := startPiped(t, "sh", "-c", `exec modemsim --listen tcp::0 "$1" 2>said`, "sh", c.flag)
			path := p.await("\n")
			first := connect(t, path)
			ask(t, first, "AT")
			reason, err := io.ReadAll(connect(t, path))
			if err != nil || !strings.Contains(string(reason), "this modem is in use") {
				t.Errorf("the second host reads %q, %v", reason, err)
			}
			ask(t, first, "AT")
			p.send(syscall.SIGTERM)
			p.exits(0)
			said, err := os.ReadFile(filepath.Join(p.Dir, "said"))
			if err != nil {
				t.Fatal(err)
			}
			if turned := strings.Contains(string(said), " was turned away: "); turned != (c.says != "") || !strings.Contains(string(said), c.says) {
				t.Errorf("said %q", said)
			}
		})
	}
}
