package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

func TestDoRunsLines(t *testing.T) {
	b := newBench(t)
	b.ok(t, "POST", "/do", "# two lines\nset signal 12\non AT+CGMM reply ABC\n")
	if got := b.command(t, "AT+CSQ"); !strings.Contains(got, "+CSQ: 12,99") {
		t.Errorf("the signal is %q", got)
	}
	if got := b.command(t, "AT+CGMM"); !strings.Contains(got, "ABC") {
		t.Errorf("the reply is %q", got)
	}
}

func TestState(t *testing.T) {
	b := newBench(t)
	b.command(t, "AT+AIPA=1")
	var s sim.State
	if err := json.Unmarshal([]byte(b.ok(t, "GET", "/state", "")), &s); err != nil {
		t.Fatal(err)
	}
	if !s.GPRS || s.Address != "192.0.2.66" || !s.HostOpen || s.LastEvent != "gprs:active 192.0.2.66" {
		t.Errorf("%+v", s)
	}
}

// The answer to a bad request has a status and says what is wrong and what to do.
func TestRefusals(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		method, address, body string
		status                int
		text                  string
	}{
		{"POST", "/do", "", 400, "there is no line (send one as the body, such as: set signal 12)"},
		{"POST", "/do", "set signl 12", 400, `live:1: set: unknown setting "signl" (did you mean "signal"?)`},
		{"POST", "/do", "log fine\nset signal 40", 400, `live:2: set: signal: "40" is out of range (0..31 or 99)`},
		{"POST", "/do", strings.Repeat("x", 2<<20), 413, "the body is too long (at most 1048576 bytes)"},
		{"GET", "/do", "", 405, "/do does not take GET (use POST)"},
		{"GET", "/verdict", "", 405, "/verdict does not take GET (use POST)"},
		{"GET", "/stat", "", 404, "there is no /stat (one of /do, /state, /transcript, /wait, /load, /verdict)"},
		{"GET", "/modem/2/state", "", 404, `there is no modem "2" (1 to 1)`},
		{"GET", "/modem/0/state", "", 404, `there is no modem "0" (1 to 1)`},
		{"GET", "/modem/1", "", 404, "there is no / (one of /do, /state, /transcript, /wait, /load, /verdict)"},
		{"GET", "/state?x=1", "", 400, `/state has no parameter "x" (it takes none)`},
		{"GET", "/transcript?follow=yes", "", 400, `follow: "yes" is neither 1 nor 0`},
		{"GET", "/transcript?format=xml", "", 400, `format: "xml" is neither text nor json`},
		{"POST", "/wait", "", 400, "there is no event (send one as the body, such as: ftp:done)"},
		{"POST", "/wait?event=ftp:dome", "", 400, `there is no event "ftp:dome" (did you mean "ftp:done"?)`},
		{"POST", "/wait?event=boot&timeout=10", "", 400, `timeout: "10" is not a time such as 500ms, 10s or 2m`},
		{"POST", "/wait?event=boot&timeout=-1s", "", 400, `timeout: "-1s" is not a time such as 500ms, 10s or 2m`},
		{"POST", "/wait?timeout=1ms", "ftp:done", 408, "no ftp:done within 1ms (last event: host:open)"},
		{"POST", "/verdict?wiat=1s", "", 400, `/verdict has no parameter "wiat" (it takes wait)`},
		{"POST", "/load", "", 400, "there is no scenario (send its text as the body, or the name of one that comes with modemsim as ?name=)"},
		{"POST", "/load", "\nwithin 5 s", 400, `scenario:2: .+`},
		{"POST", "/load?file=my.scn", "on AT+CSX once log x\nexpect 5s AT+CSX", 400, `my.scn:2: the module does not know AT\+CSX .+`},
		{"POST", "/load?name=no-such", "", 404, `there is no scenario "no-such" .+`},
		{"POST", "/load?name=../main_test.go", "", 404, `there is no scenario .+`},
	} {
		status, text := b.ask(t, c.method, c.address, c.body)
		if status != c.status || text != c.text && !regexp.MustCompile("^"+c.text+"$").MatchString(text) {
			t.Errorf("%s %s %.40q: %d %s\nwant %d %s", c.method, c.address, c.body, status, text, c.status, c.text)
		}
	}
}

// A valid line that cannot be done in this state is a conflict.
func TestConflicts(t *testing.T) {
	b := newBench(t)
	if status, text := b.ask(t, "POST", "/do", "unplug"); status != 409 || text == "" {
		t.Errorf("unplug without a link: %d %s", status, text)
	}
	b.modem.Close()
	for _, c := range []struct{ method, address, body string }{
		{"POST", "/do", "set signal 3"}, {"GET", "/state", ""}, {"POST", "/wait", "boot"}, {"POST", "/load", "set signal 3"},
	} {
		if status, text := b.ask(t, c.method, c.address, c.body); status != 409 || text != "the modem has ended" {
			t.Errorf("%s %s: %d %s", c.method, c.address, status, text)
		}
	}
}

// curl sends a + of a URL as it was typed, which means a blank.
func TestWaitExplainsThePlus(t *testing.T) {
	b := newBench(t)
	got := raw(t, b, "POST /wait?event=AT+AIPA=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
	if text, _ := io.ReadAll(got.Body); got.StatusCode != 400 || !strings.Contains(string(text), "write %2B") {
		t.Errorf("%s %s", got.Status, text)
	}
}

// raw sends bytes to the socket.
func raw(t *testing.T, b *bench, request string) *http.Response {
	t.Helper()
	conn, err := net.Dial("unix", b.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// The request is the one of curl --unix-socket S -d 'set signal 12' http://x/do.
func TestRawRequest(t *testing.T) {
	b := newBench(t)
	answer := raw(t, b, "POST /do HTTP/1.1\r\nHost: x\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nContent-Length: 13\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\n\r\nset signal 12")
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 || len(text) > 0 {
		t.Errorf("%s %q", answer.Status, text)
	}
	if got := b.command(t, "AT+CSQ"); !strings.Contains(got, "+CSQ: 12,99") {
		t.Errorf("the signal is %q", got)
	}
}

func TestRequestsOfWebPagesAreRefused(t *testing.T) {
	b := newBench(t)
	answer := raw(t, b, "POST /do HTTP/1.1\r\nHost: 127.0.0.1:7000\r\nOrigin: http://web.example\r\nContent-Length: 13\r\n\r\nset signal 12")
	if answer.StatusCode != 403 {
		t.Errorf("%s", answer.Status)
	}
}

func TestWaitAnswersWithTheEvent(t *testing.T) {
	for _, how := range []struct{ address, body string }{
		{"/wait?event=AT%2BCSQ&timeout=1m", ""}, {"/wait", "AT+CSQ\n"}, {"/modem/1/wait?timeout=1m", "AT+CSQ"},
	} {
		b := newBench(t)
		answered := make(chan string)
		go func() {
			status, text := b.ask(t, "POST", how.address, how.body)
			if status != 200 {
				text = http.StatusText(status) + ": " + text
			}
			answered <- text
		}()
		for text, waiting := "", true; waiting; {
			b.command(t, "AT+CSQ") // repeated until one comes while the request waits
			select {
			case text = <-answered:
				waiting = false
				if text != "AT+CSQ\n" {
					t.Errorf("%v: %q", how, text)
				}
			default:
			}
		}
	}
}

func TestTranscript(t *testing.T) {
	b := newBench(t)
	b.command(t, "AT+CSQ")
	if got := b.ok(t, "GET", "/transcript", ""); got != b.modem.Transcript().String() {
		t.Errorf("%q, want %q", got, b.modem.Transcript().String())
	}
}

// As JSON the transcript is the same rows.
func TestTranscriptAsJSON(t *testing.T) {
	b := newBench(t)
	b.command(t, "AT+CSQ")
	if got := b.ok(t, "GET", "/transcript?format=json", ""); got != b.modem.Transcript().JSON() {
		t.Errorf("%q, want %q", got, b.modem.Transcript().JSON())
	}
	if got := b.ok(t, "GET", "/transcript?format=text", ""); got != b.modem.Transcript().String() {
		t.Errorf("%q, want %q", got, b.modem.Transcript())
	}
	b.modem.Close()
	rows, err := transcript.ReadJSON("answer", strings.NewReader(b.ok(t, "GET", "/transcript?follow=1&format=json", "")))
	if err != nil || len(rows) == 0 || rows[len(rows)-1].Kind != transcript.End {
		t.Errorf("followed to the end: %v, %v", rows, err)
	}
}

// A client that follows the transcript gets all of it, rows as they come, up to the end.
func TestTranscriptIsFollowed(t *testing.T) {
	b := newBench(t)
	rows := b.follow(t, t.Context()) // it answers before the first row
	till := func(text string) {
		t.Helper()
		for {
			row, err := rows.ReadString('\n')
			if err != nil {
				t.Fatalf("%v before %q", err, text)
			}
			if strings.Contains(row, text) {
				return
			}
		}
	}
	b.command(t, "AT+CSQ")
	till(`> AT+CSQ\r`)
	b.command(t, "AT+CREG?")
	till(`+CREG: 0,1`)
	b.modem.Close()
	till(" # end")
	if rest, err := io.ReadAll(rows); err != nil || len(rest) > 0 {
		t.Errorf("behind the end: %q, %v", rest, err)
	}
}

func TestTranscriptIsFollowedNoMore(t *testing.T) {
	b := newBench(t)
	b.command(t, "AT")
	ctx, cancel := context.WithCancel(t.Context())
	rows := b.follow(t, ctx)
	if _, err := rows.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	b.command(t, "AT") // goleak finds a request that still follows
}

func TestLoad(t *testing.T) {
	b := newBench(t)
	b.ok(t, "POST", "/do", "set signal 3")
	b.ok(t, "POST", "/load", "set signal 9\non AT+CGMM reply ABC\n")
	if got := b.command(t, "AT+CSQ"); !strings.Contains(got, "+CSQ: 9,99") {
		t.Errorf("the signal is %q", got)
	}
	if got := b.command(t, "AT+CGMM"); !strings.Contains(got, "ABC") {
		t.Errorf("the reply is %q", got)
	}
}

func TestEveryShippedScenarioLoads(t *testing.T) {
	b := newBench(t)
	for _, name := range scenarios.Shipped() {
		if status, text := b.ask(t, "POST", "/load?name="+name, ""); status != 200 {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
}

func TestVerdict(t *testing.T) {
	b := newBench(t)
	b.ok(t, "POST", "/load?file=x.scn", "on AT+CSQ once delay 1ms")
	v := b.verdict(t, "")
	what := "never happened: AT+CSQ (last event: boot)"
	if v.Passed || v.Seed != 7 || v.Speed != 1 || v.Text != "failed: x.scn:1: "+what || len(v.Failures) != 1 ||
		v.Failures[0] != (control.Failure{Where: "x.scn:1", Rule: "on AT+CSQ once delay 1ms", What: what}) {
		t.Errorf("%+v", v)
	}
	if want := "\nseed: 7\nx.scn:1: " + what + "\n    on AT+CSQ once delay 1ms\n"; !strings.HasPrefix(v.Report, "the last exchanges") || !strings.HasSuffix(v.Report, want) {
		t.Errorf("the report is\n%s", v.Report)
	}
	if again := b.verdict(t, ""); again.Text != v.Text {
		t.Errorf("asked again: %+v", again)
	}
	b.ok(t, "POST", "/load", "on AT+CSQ once delay 1ms")
	if again := b.verdict(t, ""); strings.Contains(again.Report, "x.scn") {
		t.Errorf("the exchanges of the scenario before are in\n%s", again.Report)
	}
	b.ok(t, "POST", "/load", "on AT+CSQ once delay 1ms")
	b.command(t, "AT+CSQ")
	if v := b.verdict(t, ""); !v.Passed || v.Text != "passed" || v.Failures == nil || v.Notes == nil {
		t.Errorf("with the promise kept: %+v", v)
	}
}

func TestVerdictWaitsForTheEndOfTheRun(t *testing.T) {
	b := newBench(t)
	b.ok(t, "POST", "/do", "on AT+CSQ fail the host asks for the signal")
	go io.WriteString(b.host, "AT+CSQ\r")
	if v := b.verdict(t, "?wait=10m"); v.Passed || v.Failures[0].What != "the host asks for the signal" {
		t.Errorf("%+v", v)
	}
}

func TestVerdictWaitsNoLonger(t *testing.T) {
	b := newBench(t)
	b.ok(t, "POST", "/do", "expect 1m ftp:done")
	v := b.verdict(t, "?wait=5ms")
	if v.Passed || v.Failures[0].What != "expected ftp:done, but the run was not over after 5ms (last event: host:open)" {
		t.Errorf("%+v", v)
	}
}

func TestModemsHaveNumbers(t *testing.T) {
	second, _ := newModem(t)
	b := newBench(t, second)
	b.ok(t, "POST", "/modem/2/do", "network searching")
	for address, want := range map[string]string{"/state": "home", "/modem/1/state": "home", "/modem/2/state": "searching"} {
		if got := b.ok(t, "GET", address, ""); !strings.Contains(got, `"registration": "`+want+`"`) {
			t.Errorf("%s: %s", address, got)
		}
	}
}

// docs/control.md has a heading for every endpoint, and for no other.
func TestEndpointsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	_, text := b.ask(t, "GET", "/", "")
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^## `(?:GET|POST) (/[a-z]+)`$").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, m[1])
	}
	if want := "there is no / (one of " + strings.Join(documented, ", ") + ")"; text != want {
		t.Errorf("documented are %q, but %s", documented, text)
	}
}
