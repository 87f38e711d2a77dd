package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
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
