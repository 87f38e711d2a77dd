package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/jlaffaye/ftp"
)

// serveLogins is an FTP server that lets anybody in, and can do no more; it returns its address.
func serveLogins(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerLogin(conn)
		}
	}()
	return l.Addr().String()
}

func answerLogin(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "220 ready\r\n")
	for in := bufio.NewScanner(conn); in.Scan(); {
		verb, _, _ := strings.Cut(in.Text(), " ")
		answers := map[string]string{"USER": "331 password", "PASS": "230 in", "TYPE": "200 type", "QUIT": "221 bye"}
		if answers[verb] == "" {
			answers[verb] = "502 no"
		}
		fmt.Fprint(conn, answers[verb]+"\r\n")
	}
}

func TestFTPGoesWhereItIsTold(t *testing.T) {
	server := serveLogins(t)
	_, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ flag, open string }{
		"to one server": {server, `"192.0.2.9",21`},
		"direct":        {"direct", `"127.0.0.1",` + port},
	} {
		t.Run(name, func(t *testing.T) {
			p := startPiped(t, "modemsim", "-q", "--ftp", c.flag)
			path := p.await("\n")
			exchange(t, path, "AT+AIPA=1")
			if answer := exchange(t, path, `AT+AFTPO=`+c.open+`,"user","secret"`); !strings.Contains(answer, "+AFTPO: Login On\n") {
				t.Errorf("answered %q", answer)
			}
			if answer := exchange(t, path, `AT+AFTPTYPE=0`); !strings.Contains(answer, "+AFTPS: 200 type\n") {
				t.Errorf("answered %q: not the server's own words", answer)
			}
			p.send(syscall.SIGTERM)
			p.exits(0)
		})
	}
}

func TestFTPListen(t *testing.T) {
	p := startPiped(t, "modemsim", "--json", "--ftp-listen", "0", "--ftp-user", "ann:secret")
	got := fields(t, p.await("\n"))
	address, _ := got["ftp.address"].(string)
	if host, _, err := net.SplitHostPort(address); err != nil || host != "127.0.0.1" || got["ftp.kind"] != "embedded" {
		t.Fatalf("listens at %q, %v: %v", address, err, got)
	}
	visitor, err := ftp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := visitor.Login("ann", "secret"); err != nil {
		t.Fatal(err)
	}
	if err := visitor.Stor("upload/note", strings.NewReader("of a visitor")); err != nil {
		t.Fatal(err)
	}
	path, _ := got["path"].(string)
	exchange(t, path, "AT+AIPA=1")
	exchange(t, path, `AT+AFTPO="192.0.2.9",21,"ann","secret"`)
	if answer := exchange(t, path, `AT+AFTPSIZE="upload/note"`); !strings.Contains(answer, "12\n") {
		t.Errorf("the modem sees %q of a visitor's file", answer)
	}
	r, err := visitor.Retr("hello.txt")
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(r); err != nil || len(content) == 0 {
		t.Errorf("a visitor sees %q, %v", content, err)
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
	if _, err := net.Dial("tcp", address); err == nil {
		t.Errorf("%s answers after the end", address)
	}
}

// A server without TLS gets no login, and the log says why the host sees ERROR.
func TestFTPTLSIsRequired(t *testing.T) {
	server := serveLogins(t)
	p := startPiped(t, "sh", "-c", `exec modemsim -q --ftp "$1" --ftp-tls require 2>&1`, "sh", server)
	path := p.await("\n")
	exchange(t, path, "AT+AIPA=1")
	if answer := exchange(t, path, `AT+AFTPO="192.0.2.9",21,"user","secret"`); !strings.Contains(answer, "\nERROR\n") {
		t.Errorf("answered %q", answer)
	}
	if log := p.await(": 502 "); !strings.HasPrefix(log, "modemsim: the FTP connection is not protected and was given up: ") || !strings.Contains(log, "the server refuses AUTH TLS (use --ftp-tls off to do without)") {
		t.Errorf("logged %q", log)
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
}
