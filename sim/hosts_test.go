package sim_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A uart is a serial line as small programs have it: a byte within a time, or none.
type uart struct {
	t   *testing.T
	in  chan byte
	out io.Writer
}

func newUART(t *testing.T, line io.ReadWriter) *uart {
	u := &uart{t: t, in: make(chan byte, 64<<10), out: line}
	go func() {
		defer close(u.in)
		buf := make([]byte, 256)
		for {
			n, err := line.Read(buf)
			for _, b := range buf[:n] {
				u.in <- b
			}
			if err != nil {
				return
			}
		}
	}()
	return u
}

func (u *uart) puts(text string) {
	u.t.Helper()
	if _, err := io.WriteString(u.out, text); err != nil {
		u.t.Fatalf("sending %q: %v", text, err)
	}
}

// slowly types 10 ms a character.
func (u *uart) slowly(text string) {
	u.t.Helper()
	for i := range len(text) {
		time.Sleep(10 * time.Millisecond)
		u.puts(text[i : i+1])
	}
}

// until reads until one of the texts has come, for window at most, and returns all that came and
// whether one has.
func (u *uart) until(window time.Duration, texts ...string) (got string, found bool) {
	for timeout := time.After(window); ; {
		select {
		case b := <-u.in:
			got += string(b)
		case <-timeout:
			return got, false
		}
		for _, text := range texts {
			if strings.HasSuffix(got, text) {
				return got, true
			}
		}
	}
}

// drain drops what comes within window.
func (u *uart) drain(window time.Duration) string {
	got, _ := u.until(window, "\x00no such text")
	return got
}

// A program is a host program that is known to talk to the module, as the bytes that it sends and
// what it makes of the answers.
type program struct {
	name  string
	world string // a scenario: what happens to it
	run   func(t *testing.T, s *session)
}

// A session is a modem and the line that a program has open.
type session struct {
	*dialog
	line *port.Host
	web  *webServer
}

var programs = []program{
	{"data logger", "", dataLogger},
	{"serial proxy", "set power open\non AT+AIPA=1 once reply ERROR\non gprs:active once log up", serialProxy},
	{"Arduino library", "set power open", arduino},
	{"phone", "on ATH once urc RING\non ATH once urc +CLIP: \"+15550100\",145", phone},
	{"PIC driver that reads its echo", "", picEcho},
	{"PIC driver of 60 bytes", "", picShort},
}

// Each host program runs to its end on the module as it is by default and as slow as it really is,
// whose times are drawn from the seed.
func TestHostPrograms(t *testing.T) {
	for _, p := range programs {
		for profile, seeds := range map[string]uint64{"adh8066": 1, "adh8066-field": 4} {
			for seed := range seeds {
				t.Run(fmt.Sprintf("%s/%s/seed %d", p.name, profile, seed), func(t *testing.T) {
					bubble(t, func(t *testing.T) { p.on(t, profile, seed) })
				})
			}
		}
	}
}

func (p program) on(t *testing.T, profile string, seed uint64) {
	s := openSession(t, profile, p.world, seed)
	start := time.Now()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.modem.Transcript())
		}
	})
	p.run(t, s)
	if v := s.modem.Judge("the program ended"); !v.Passed || strings.Contains(strings.Join(v.Notes, "\n"), "does not") {
		t.Errorf("%v %q", v, v.Notes)
	}
	t.Logf("took %v of modem time", time.Since(start))
}

// openSession starts a modem of a profile in a world, and opens its port, which no other host has
// had open before.
func openSession(t *testing.T, profile, world string, seed uint64) *session {
	t.Helper()
	variant, err := scenarios.LoadProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	script, err := scenarios.Parse("world", strings.NewReader(world))
	if err != nil {
		t.Fatal(err)
	}
	settings := scenarios.Default()
	for _, sc := range []*scenarios.Script{variant, script} {
		if err := sc.Apply(&settings); err != nil {
			t.Fatal(err)
		}
	}
	web := startWeb(t)
	s := openPort(t, sim.Settings(settings), sim.Scenario(variant), sim.Scenario(script), sim.Seed(seed), sim.Internet(named{web.network}))
	s.web = web
	return s
}

// openPort starts a modem on a pipe and opens it; nobody reads it yet.
func openPort(t *testing.T, options ...sim.Option) *session {
	t.Helper()
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &dialog{server: server, pipe: port.NewPipe()}
	d.modem, err = sim.New(d.pipe, append([]sim.Option{sim.FTP(sim.Embedded(server))}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{dialog: d, line: d.pipe.Dial()}
	t.Cleanup(func() {
		s.line.Close()
		d.modem.Close()
		server.Close()
	})
	synctest.Wait()
	return s
}

// dataLogger stores 500 lines, 20 ms each.
func dataLogger(t *testing.T, s *session) {
	content := strings.Repeat("2012-03-05 07:00:00,481,-3.05,+1\n", 500)
	if err := newBlockHost(s.line).upload("/node7.csv", content); err != nil {
		t.Fatal(err)
	}
	s.wantStored(t, "/node7.csv", content)
}

// serialProxy is a sketch that begins when the module says Ready, waits in silence for the URC of
// the registration, which an earlier program has switched on, and then for GPRS, with the context
// switched off and a pause of 10 s between two tries. Once up, it restarts the module and goes
// through all that again.
func serialProxy(t *testing.T, s *session) {
	u := newUART(t, s.line)
	sketch := func() {
		if got, ok := u.until(time.Minute, "Ready\r\n"); !ok || !strings.Contains(got, "SystemInit") {
			t.Fatalf("waiting for Ready: %q", got)
		}
		if got, ok := u.until(time.Minute, "+CREG: 1\r\n", "+CREG: 5\r\n"); !ok {
			t.Fatalf("never registered: %q", got)
		}
		u.drain(5 * time.Second)
		u.puts("AT+AIPDCONT=\"internet.example\"\r")
		u.expect("OK\r\n", 5*time.Second)
		for tries := 5; ; tries-- {
			u.puts("AT+AIPA=1\r")
			got, ended := u.until(30*time.Second, "OK\r\n", "ERROR\r\n")
			if ended && strings.HasSuffix(got, "OK\r\n") && strings.Contains(got, "+AIPA: 1,") {
				break
			} else if tries == 0 {
				t.Fatalf("no GPRS: %q", got)
			}
			u.puts("AT+AIPA=0\r")
			u.until(5*time.Second, "OK\r\n", "ERROR\r\n")
			u.drain(10 * time.Second)
		}
	}
	u.until(time.Minute, "Ready\r\n")
	u.puts("AT+CREG=1\r")
	u.expect("OK\r\n", 5*time.Second)
	for range 2 {
		u.puts("AT+SFUN=RST\r")
		sketch()
		u.puts("AT+AIPO=1,,\"far.example\",80,0,,1\r")
		u.expect("OK\r\n", 30*time.Second)
		request := "POST /proxy HTTP/1.0\r\n\r\n"
		u.puts(fmt.Sprintf("AT+AIPW=1,\"%x\"\r", request))
		u.expect("OK\r\n", 5*time.Second)
		u.expect(fmt.Sprintf("+AIPRTCP:1,0,7300,5840,%d,\"%X\"\r\n", len(webAnswer), webAnswer), 5*time.Second)
		u.puts("AT+AIPC=1\r")
		u.expect("OK\r\n", 5*time.Second)
		s.web.want(t, request)
	}
	if got := s.modem.State(); !got.GPRS {
		t.Errorf("at the end %+v", got)
	}
}

// expect waits for a text that must come.
func (u *uart) expect(text string, window time.Duration) string {
	u.t.Helper()
	got, ok := u.until(window, text)
	if !ok {
		u.t.Fatalf("waiting for %q: %q", text, got)
	}
	return got
}

// arduino is a library that types slowly, in lower case, ends its lines with CR LF, and looks for
// OK anywhere in what comes: that of FLASH VERIFY OK in the banner does too. It asks again, since
// the module may not hear it at first.
func arduino(t *testing.T, s *session) {
	u := newUART(t, s.line)
	ask := func(line string, window time.Duration) string {
		u.slowly(line + "\r\n")
		got, _ := u.until(window, "OK", "ERROR", "NO CARRIER")
		u.drain(100 * time.Millisecond)
		return got
	}
	for _, step := range []struct{ line, holds string }{
		{"at", ""},
		{"ate0", ""},
		{"ate1", ""},
		{"at+cpin?", "at+cpin?\r\r\n+CPIN: READY"},
		{"at+csq", "+CSQ: 25,99"},
		{"at+cclk?", `+CCLK: "02/01/01,00:00:`},
	} {
		got := ask(step.line, time.Second)
		for tries := 30; !strings.HasSuffix(got, "OK"); tries-- {
			if tries == 0 {
				t.Fatalf("%s: %q", step.line, got)
			}
			got = ask(step.line, time.Second)
		}
		if !strings.Contains(got, step.holds) {
			t.Fatalf("%s: %q, want %q in it", step.line, got, step.holds)
		}
	}
	// Nobody calls; the host dials, and hangs up.
	for line, result := range map[string]string{"atd5550100;": "OK", "ata": "NO CARRIER", "ath": "OK"} {
		if got := ask(line, time.Minute); !strings.HasSuffix(got, result) {
			t.Fatalf("%s: %q, want %s", line, got, result)
		}
	}
}

// phone is the software of a telephone: it reads values at fixed offsets of lines, asks for the
// signal and the operator every 5 s, dials, and answers when it rings.
func phone(t *testing.T, s *session) {
	u := newUART(t, s.line)
	ask := func(line string, window time.Duration) []string {
		u.puts(line + "\r")
		got, _ := u.until(window, "OK\r\n", "ERROR\r\n", "NO CARRIER\r\n")
		return strings.Split(strings.Trim(got, "\r\n"), "\r\n")
	}
	final := func(lines []string) string { return lines[len(lines)-1] }
	for tries := 10; final(ask("AT", time.Second)) != "OK"; tries-- {
		if tries == 0 {
			t.Fatal("no answer to AT")
		}
	}
	if got := final(ask("ATE0", time.Second)); got != "OK" {
		t.Fatalf("ATE0: %s", got)
	}
	ask("AT+COPS=1,0", 2*time.Minute) // may fail
	for _, line := range []string{"AT+CLIP=1", "AT&W"} {
		if got := final(ask(line, time.Second)); got != "OK" {
			t.Fatalf("%s: %s", line, got)
		}
	}
	for range 6 {
		u.drain(5 * time.Second)
		if rssi := ask("AT+CSQ", 5*time.Second)[0]; len(rssi) < 8 || rssi[6:8] != "25" {
			t.Fatalf("signal in %q", rssi)
		}
		operator := ask("AT+COPS?", 5*time.Second)[0]
		if len(operator) < 12 || strings.TrimSuffix(operator[12:], `"`) != "Test Network" {
			t.Fatalf("operator in %q", operator)
		}
	}
	if got := final(ask("ATD5550100;", time.Minute)); got != "OK" {
		t.Fatalf("dialling: %s", got)
	}
	if got := final(ask("ATH", time.Second)); got != "OK" {
		t.Fatalf("ATH: %s", got)
	}
	u.expect("RING\r\n", time.Second)
	caller := strings.Trim(u.expect("145\r\n", time.Second), "\r\n")
	if number, _, _ := strings.Cut(caller[8:], `"`); number != "+15550100" {
		t.Fatalf("caller in %q", caller)
	}
	if got := final(ask("ATA", time.Minute)); got != "NO CARRIER" {
		t.Fatalf("ATA: %s", got)
	}
	if got := final(ask("ATH", time.Second)); got != "OK" {
		t.Fatalf("ATH: %s", got)
	}
}

// The transaction of the PIC drivers is a web request over a socket in data mode. They begin it
// anew until it went through.

// picTries is how often they do.
const picTries = 20

// picEcho is a driver that takes a command for done when its name is in what came: the echo is
// enough. It does not wait for OK, so what it sends next the module may not hear.
func picEcho(t *testing.T, s *session) {
	u := newUART(t, s.line)
	window := 3500 * time.Millisecond
	ask := func(line, holds string) bool {
		u.puts(line + "\r")
		_, found := u.until(window, holds)
		return found
	}
	if !ask(`AT+AIPDCONT="internet.example","user","secret"`, "+AIPDCONT") {
		t.Fatal("no echo of AT+AIPDCONT")
	}
	u.drain(time.Second)
	for n := range 3 {
		request := fmt.Sprintf("GET /put?n=%d HTTP/1.0\r\n\r\n", n)
		retry(t, request, func() bool {
			if !ask("AT+AIPA=1", "+AIPA") { // its echo
				return false
			}
			u.drain(time.Second)
			if !ask(`AT+AIPO=1,,"far.example",80,0,,1,2`, "CONNECT\r\n") {
				u.puts("AT+AIPC=1\r")
				u.drain(window)
				return false
			}
			u.puts(request)
			time.Sleep(50 * time.Millisecond)
			u.puts("+++")
			_, found := u.until(window, "OK\r\n")
			u.puts("AT+AIPC=1\r")
			u.drain(window)
			return found
		})
		s.web.want(t, request)
	}
}

// picShort is a driver that keeps the first 60 bytes of what comes within a window of 1 to 3.5 s,
// and looks at the first line of them behind the echo. It sends the escape sequence twice, to be
// sure.
func picShort(t *testing.T, s *session) {
	u := newUART(t, s.line)
	ask := func(line string, window time.Duration) string {
		u.puts(line + "\r")
		got := u.drain(window)
		_, got, _ = strings.Cut(got[:min(60, len(got))], "\r\r\n") // echo and the start of the frame
		first, _, _ := strings.Cut(got, "\r\n")
		return first
	}
	ask(`AT+AIPDCONT="internet.example","user","secret"`, time.Second)
	for n := range 3 {
		request := fmt.Sprintf("GET /r%d HTTP/1.0\r\n\r\n", n)
		retry(t, request, func() bool {
			if ask("AT+AIPA=1", 3500*time.Millisecond) == "ERROR" {
				return false
			}
			if ask(`AT+AIPO=1,,"far.example",80,0,,1,2`, 3500*time.Millisecond) != "CONNECT" {
				ask("AT+AIPC=1", time.Second)
				return false
			}
			u.puts(request)
			time.Sleep(50 * time.Millisecond)
			u.puts("+++")
			ended := u.drain(time.Second)
			u.puts("+++")
			ended += u.drain(time.Second)
			return ask("AT+AIPC=1", time.Second) != "ERROR" && strings.Contains(ended, "OK")
		})
		s.web.want(t, request)
	}
}

func retry(t *testing.T, name string, transaction func() bool) {
	t.Helper()
	for range picTries {
		if transaction() {
			return
		}
	}
	t.Fatalf("%s: no transaction of %d went through", name, picTries)
}
