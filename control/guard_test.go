package control_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/sim"
)

// served serves a modem at an address and returns the server and how to connect to it.
func served(t *testing.T, address string) (s *control.Server, dial func() net.Conn) {
	t.Helper()
	m, _ := newModem(t)
	s = listen(t, address)
	s.Serve(m)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	network, at := "unix", s.Address()
	if tcp, ok := strings.CutPrefix(at, "tcp:"); ok {
		network, at = "tcp", tcp
	}
	return s, func() net.Conn {
		t.Helper()
		conn, err := net.Dial(network, at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
}

// answered sends a request and returns the status and the text of the answer.
func answered(t *testing.T, conn net.Conn, request string) (status int, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	// That of HEAD has no body.
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSuffix(string(body), "\n")
}

// The requests of the table test: each endpoint with what it takes and with what it does not. The
// verdict ends a run, and load begins another.
var requests = []struct {
	method, path, body string
	status             int // without a guard
}{
	{"POST", "/load", "log a line", 200}, {"GET", "/load?name=ftp-cut-and-resume", "", 405}, {"PUT", "/load", "log a line", 405},
	{"POST", "/do", "log a line", 200}, {"GET", "/do", "", 405}, {"HEAD", "/do", "", 405}, {"OPTIONS", "/do", "", 405},
	{"GET", "/state", "", 200}, {"POST", "/state", "", 405}, {"HEAD", "/state", "", 405},
	{"GET", "/transcript", "", 200}, {"POST", "/transcript", "", 405}, {"DELETE", "/transcript", "", 405},
	{"POST", "/wait?timeout=1ns", "ftp:done", 408}, {"GET", "/wait?event=boot", "", 405},
	{"GET", "/", "", 404}, {"GET", "/modem/1/state", "", 200}, {"POST", "/modem/1/do", "log a line", 200},
	{"POST", "/verdict", "", 200}, {"GET", "/verdict", "", 405}, {"HEAD", "/verdict", "", 405},
}

// Whatever a browser sends for a page of another origin, or of a name that was rebound to this
// address, is refused: each endpoint with each method, from each host and origin.
func TestWebPagesAreRefused(t *testing.T) {
	server, dial := served(t, "tcp:127.0.0.1:0")
	at := strings.TrimPrefix(server.Address(), "tcp:")
	_, port, _ := net.SplitHostPort(at)
	tried := 0
	for _, c := range []struct {
		host   string
		header []string
		status int // 0: that of the request
	}{
		{at, nil, 0},
		{"127.0.0.1", nil, 0},
		{"[::1]:" + port, nil, 0},
		{"[::1]", nil, 0},
		{"192.0.2.1:80", nil, 0}, // an address that is forwarded here
		{"localhost:" + port, nil, 0},
		{"LocalHost", nil, 0},
		{at, []string{"Sec-Fetch-Site: none"}, 0}, // typed by the user
		{at, []string{"Origin: http://" + at, "Sec-Fetch-Site: same-origin"}, 0},

		// A name that leads here: what a browser sends after rebinding, and before it.
		{"evil.example:" + port, []string{"Origin: http://evil.example:" + port, "Sec-Fetch-Site: same-origin"}, 421},
		{"evil.example:" + port, nil, 421},
		{"evil.example", nil, 421},
		{"localhost.evil.example", nil, 421},
		{"127.0.0.1.evil.example:" + port, nil, 421},
		{"evil.example:127.0.0.1", nil, 421},
		{"2130706433", nil, 421},
		{"modem", nil, 421},
		{"", nil, 421},

		// A page of another origin that names the address.
		{at, []string{"Origin: http://evil.example"}, 403},
		{at, []string{"Origin: http://evil.example:" + port}, 403},
		{at, []string{"Origin: http://127.0.0.1:1"}, 403},
		{at, []string{"Origin: https://" + at}, 403},
		{at, []string{"Origin: null"}, 403},
		{at, []string{"Origin: http://" + at, "Origin: http://evil.example"}, 403},
		{at, []string{"Sec-Fetch-Site: cross-site"}, 403},
		{at, []string{"Sec-Fetch-Site: same-site"}, 403},
		{at, []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"}, 403},
		{at, []string{"Sec-Fetch-Site: something-new"}, 403},
		{"localhost", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"}, 403},
	} {
		for _, r := range requests {
			request := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", r.method, r.path,
				c.host, strings.Join(append([]string{"X: y"}, c.header...), "\r\n"), len(r.body), r.body)
			want := c.status
			if want == 0 {
				want = r.status
			}
			conn := dial()
			status, text := answered(t, conn, request)
			conn.Close()
			if tried++; status != want || strings.Contains(text, "\n") && want != 200 {
				t.Errorf("%s %s of host %q with %q: %d %s, want %d", r.method, r.path, c.host, c.header, status, text, want)
			}
		}
	}
	t.Logf("%d requests", tried)
}

// A refusal says why, and what to do instead.
func TestWebPagesAreToldWhy(t *testing.T) {
	_, dial := served(t, "tcp:127.0.0.1:0")
	for head, want := range map[string]string{
		"Host: evil.example:80\r\n":                                 `the host "evil.example:80" is not one of this control socket's (use an IP address, localhost, or the name in --ctl)`,
		"Host: localhost\r\nOrigin: http://a\r\n":                   "a web page asks (Origin: http://a): use modemsim ctl, curl or a program",
		"Host: localhost\r\nSec-Fetch-Site: cross-site\r\n":         "a web page asks (Sec-Fetch-Site: cross-site): use modemsim ctl, curl or a program",
		"Host: evil.example\xc2\x9b31m\r\nContent-Length: 0\r\n":    "400 Bad Request: malformed Host header",
		"Host: localhost\r\nSec-Fetch-Site: a\xc2\x9b31m\r\n":       `a web page asks (Sec-Fetch-Site: a\xC2\x9B31m): use modemsim ctl, curl or a program`,
		"Host: 127.0.0.1\r\nHost: evil.example\r\nA: b\r\n":         "400 Bad Request",
		"Host: 127.0.0.1\r\nContent-Length: 1\r\nExpect: b\r\n":     "",
		"Host: http://127.0.0.1\r\nOrigin: http://127.0.0.1\r\n":    "400 Bad Request: malformed Host header",
		"X: no host at all\r\n":                                     "400 Bad Request: missing required Host header",
		"Host: 127.0.0.1\r\nTransfer-Encoding: x\r\nC: d\r\n":       `Unsupported transfer encoding`,
		"Host: 127.0.0.1\r\nA: b\r\nsneaky header\r\nOrigin: x\r\n": "400 Bad Request",
	} {
		if status, text := answered(t, dial(), "GET /state HTTP/1.1\r\n"+head+"\r\n"); text != want || status < 400 {
			t.Errorf("%q: %d %s\nwant %s", head, status, text, want)
		}
	}
}

// The host of an address in the request line counts, not that of the header.
func TestHostInTheRequestLine(t *testing.T) {
	_, dial := served(t, "tcp:127.0.0.1:0")
	if status, text := answered(t, dial(), "GET http://evil.example/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); status != 421 {
		t.Errorf("%d %s", status, text)
	}
}

// HTTP/1.0 needs no Host; without one a request over TCP is refused, for what sends it is unknown.
func TestRequestWithoutAHost(t *testing.T) {
	_, tcp := served(t, "tcp:127.0.0.1:0")
	_, unix := served(t, filepath.Join(t.TempDir(), "ctl"))
	for head, want := range map[string][2]int{
		"GET /state HTTP/1.0\r\n\r\n":                      {421, 200},
		"GET /state HTTP/1.0\r\nHost: localhost\r\n\r\n":   {200, 200},
		"GET /state HTTP/1.1\r\nHost:\r\n\r\n":             {421, 200},
		"GET /state HTTP/1.1\r\nHost: a.example\r\n\r\n":   {421, 200},
		"GET /state HTTP/1.0\r\nOrigin: http://a\r\n\r\n":  {421, 403},
		"GET /verdict HTTP/1.0\r\nHost: localhost\r\n\r\n": {405, 405},
	} {
		for i, dial := range []func() net.Conn{tcp, unix} {
			if status, text := answered(t, dial(), head); status != want[i] {
				t.Errorf("%q over %s: %d %s, want %d", head, []string{"TCP", "unix"}[i], status, text, want[i])
			}
		}
	}
}

// The name that --ctl gave is a host, and no other name is.
func TestTheNameInCtlIsAHost(t *testing.T) {
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.LookupHost(name); err != nil {
		t.Logf("this machine's own name has no address, localhost is tried: %v", err)
		name = "localhost"
	}
	_, dial := served(t, "tcp:"+name+":0")
	for host, want := range map[string]int{name: 200, strings.ToUpper(name) + ":1": 200, "x" + name: 421, name + ".example": 421} {
		if status, text := answered(t, dial(), "GET /state HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); status != want {
			t.Errorf("host %s of --ctl tcp:%s:0: %d %s, want %d", host, name, status, text, want)
		}
	}
}

// The client gets in under whatever address it connects to.
func TestClientOverTCP(t *testing.T) {
	server, _ := served(t, "tcp:127.0.0.1:0")
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(server.Address(), "tcp:"))
	for _, host := range []string{"127.0.0.1", "localhost"} {
		client, err := control.NewClient("tcp:" + host + ":" + port)
		if err != nil {
			t.Fatal(err)
		}
		body, err := client.Ask(t.Context(), "POST", "/verdict", nil, "")
		if err != nil {
			t.Fatal(err)
		}
		body.Close()
	}
}

// What a request brings is shown and not obeyed: in answers, verdicts and the transcript.
func TestWhatIsEchoedIsEscaped(t *testing.T) {
	b := newBench(t)
	const hard = "a%0d%0ab%1b[31m%07%00%7f%c2%9b1m"
	const shown = `a\r\nb\x1B[31m\x07\x00\x7F\xC2\x9B1m`
	for _, c := range []struct{ method, address, body string }{
		{"POST", "/load?file=" + hard, "within 5 s"},
		{"POST", "/load?name=" + hard, ""},
		{"POST", "/wait?event=" + hard, ""},
		{"POST", "/wait?timeout=" + hard, "boot"},
		{"POST", "/verdict?wait=" + hard, ""},
		{"GET", "/transcript?follow=" + hard, ""},
		{"GET", "/transcript?format=" + hard, ""},
		{"GET", "/state?" + hard + "=1", ""},
		{"GET", "/" + hard, ""},
		{"GET", "/modem/" + hard + "/state", ""},
		{"POST", "/do", "set \x1b[31m\x07 1"},
		{"POST", "/do", "\x1b[31m"},
		{"POST", "/do", "on \x1b[31m\u009b log x"},
		{"POST", "/load", "on AT+\x1b[31mX once ignore"},
		{"POST", "/load", "include \x1b[31m"},
	} {
		status, text := b.ask(t, c.method, c.address, c.body)
		if status == 200 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
			t.Errorf("%s %s %q: %d %q", c.method, c.address, c.body, status, text)
		}
	}
	b.ok(t, "POST", "/load?file="+hard, "fail said \\x1b[31mred\\r\\n\\x1b[0m\\x07")
	v := b.verdict(t, "")
	want := shown + `:1: said \x1B[31mred\r\n\x1B[0m\x07`
	if v.Text != "failed: "+want || v.Failures[0].Where != shown+":1" || strings.ContainsAny(v.Report, "\r\x1b\x07\x00\x7f\u009b") {
		t.Errorf("%+v, want %s", v, want)
	}
	if text := b.ok(t, "GET", "/transcript", ""); strings.ContainsAny(text, "\r\x1b\x07\x00\x7f\u009b") {
		t.Errorf("the transcript is %q", text)
	}
}

// The event that a wait answers with may have a name that the host made up.
func TestEventIsEscaped(t *testing.T) {
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	b := newBenchWith(t, []sim.Option{sim.FTP(sim.Embedded(server))})
	b.command(t, "AT+AIPA=1")
	answers := make(chan string)
	go func() {
		_, text := b.ask(t, "POST", "/wait", "ftp:login")
		answers <- text
	}()
	for text := ""; text == ""; {
		b.command(t, `AT+AFTPO="192.0.2.1",21,"\1B[31m\07","x"`)
		b.command(t, "AT+AFTPC")
		select {
		case text = <-answers:
			if text != `ftp:login \x1B[31m\x07`+"\n" {
				t.Errorf("%q", text)
			}
		default:
		}
	}
}

// A head or a body that is too long is refused, however it comes.
func TestOversizedRequests(t *testing.T) {
	_, dial := served(t, "tcp:127.0.0.1:0")
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"header":  {"GET /state HTTP/1.1\r\nHost: localhost\r\nX: " + long + "\r\n\r\n", 431},
		"headers": {"GET /state HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X: y\r\n", 200_000) + "\r\n", 431},
		"address": {"GET /state?" + long + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 431},
		"body":    {"POST /do HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n" + long + "x", 413},
		"chunks": {"POST /do HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" +
			strings.Repeat("10000\r\n"+long[:0x10000]+"\r\n", 17), 413},
		"body of no use": {"GET /state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n" + long, 200},
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial()
			go io.WriteString(conn, c.request) // the server may close before it has read all
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != c.status {
				t.Errorf("%s, want %d", answer.Status, c.status)
			}
		})
	}
	if status, text := answered(t, dial(), "GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n"); status != 200 {
		t.Errorf("after it: %d %s", status, text)
	}
}

// A client that has gone, or says nothing, keeps nobody out, and Close ends it.
func TestClientsThatDoNothing(t *testing.T) {
	_, dial := served(t, "tcp:127.0.0.1:0")
	for _, begun := range []string{"", "GET /sta", "GET /state HTTP/1.1\r\nHost: local", "POST /do HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nlog"} {
		for range 25 {
			if _, err := io.WriteString(dial(), begun); err != nil {
				t.Fatal(err)
			}
		}
	}
	if status, text := answered(t, dial(), "GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n"); status != 200 {
		t.Errorf("%d %s", status, text)
	}
}
