package sim_test

import (
	"bytes"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// runs is how often TestDeterminism runs each shipped scenario. The default is what everybody can
// wait for; the promise is made for 200:
//
//	go test ./sim -run TestDeterminism -runs 200 -v
var runs = flag.Int("runs", 3, "how often TestDeterminism runs each scenario")

// What is promised to be the same in every run of the same scenario with the same seed: the bytes
// in the order in which they came, data and all, with what the host sent between them; what the
// server stored; what the rules did, in order; and the verdict. Times and the bounds of chunks are
// not.
func TestDeterminism(t *testing.T) {
	t.Logf("%d runs of each of %d scenarios (-runs)", *runs, len(scenarios.Shipped()))
	for _, name := range scenarios.Shipped() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, err := scenarios.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			first := live(t, script)
			for n := 2; n <= *runs; n++ {
				if again := live(t, script); again != first {
					t.Fatalf("run %d differs from the first %s", n, difference(again, first))
				}
			}
		})
	}
}

// live runs a scenario in a bubble against a host that awaits each final result, and returns what
// is promised to be the same.
func live(t *testing.T, script *scenarios.Script, options ...sim.Option) (record string) {
	t.Helper()
	return liveCut(t, script, new(recutSession), options...)
}

// liveCut is live with the host's bytes cut.
func liveCut(t *testing.T, script *scenarios.Script, cut *recutSession, options ...sim.Option) (record string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		settings := scenarios.Default()
		if err := script.Apply(&settings); err != nil {
			t.Fatal(err)
		}
		s := openPort(t, append([]sim.Option{sim.Settings(settings), sim.Scenario(script)}, options...)...)
		h := newAwaiting(t, s.line)
		h.cut = cut
		for range 3 {
			h.session()
			h.await(noSession)
		}
		v := s.modem.Judge("the program ended")
		stored, _ := s.server.Stored("/log.bin")
		record = fmt.Sprintf("%s\nstored %q\n%s%v\n", h.String(), stored, deeds(s.modem.Transcript().String()), v.Failures)
	})
	return record
}

// deeds are what the rules did.
func deeds(transcript string) string {
	var b strings.Builder
	for row := range strings.Lines(transcript) {
		if _, text, _ := strings.Cut(row, " # "); strings.Contains(text, ".scn:") {
			b.WriteString(text)
		}
	}
	return b.String()
}

// difference shows where two records part.
func difference(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	from := max(0, n-200)
	return fmt.Sprintf("after %d bytes of %d and %d:\n%q\n%q", n, len(a), len(b), a[from:min(len(a), n+200)], b[from:min(len(b), n+200)])
}

// An awaiting host sends the next command when the one before has its final result, or has none for
// long.
type awaiting struct {
	t      *testing.T
	port   *port.Host
	chunks chan []byte
	got    []byte          // since the last command
	record strings.Builder // of what both said
	cut    *recutSession   // cuts what it sends
}

func newAwaiting(t *testing.T, p *port.Host) *awaiting {
	h := &awaiting{t: t, port: p, chunks: make(chan []byte), cut: new(recutSession)}
	go func() {
		defer close(h.chunks)
		buf := make([]byte, 4096)
		for {
			n, err := p.Read(buf)
			if n > 0 {
				h.chunks <- bytes.Clone(buf[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	return h
}

// The odd milliseconds keep the end of a wait apart from what the scenarios time.
const (
	noAnswer  = 100*time.Second + 7*time.Millisecond
	noData    = 40*time.Second + 7*time.Millisecond
	together  = 7 * time.Millisecond
	noMore    = time.Second + 3*time.Millisecond
	noSession = 90*time.Second + 11*time.Millisecond
)

// send sends bytes, and ends the line of the record.
func (h *awaiting) send(text string) {
	h.t.Helper()
	fmt.Fprintf(&h.record, "%q\n> %q\n< ", h.got, text)
	h.got = nil
	for _, part := range h.cut.parts([]byte(text)) {
		if _, err := h.port.Write(part); err != nil {
			h.t.Fatal(err)
		}
	}
}

// await reads until nothing has come for so long.
func (h *awaiting) await(silence time.Duration) {
	for timer := time.NewTimer(silence); ; timer.Reset(silence) {
		select {
		case p := <-h.chunks:
			h.got = append(h.got, p...)
		case <-timer.C:
			return
		}
	}
}

// String is what both said.
func (h *awaiting) String() string { return fmt.Sprintf("%s%q", h.record.String(), h.got) }

// ask sends a command and awaits its final result and what comes with it.
func (h *awaiting) ask(command string) string {
	h.t.Helper()
	h.send(command + "\r")
	for timer := time.NewTimer(noAnswer); !anyFinal.Match(h.got); {
		select {
		case p := <-h.chunks:
			h.got = append(h.got, p...)
		case <-timer.C:
			return ""
		}
	}
	h.await(together)
	return string(h.got)
}

// transfer starts data mode and sends bytes there; it leaves it by +++ when it must.
func (h *awaiting) transfer(text string) {
	h.t.Helper()
	if got := h.ask("AT+AFTPDATA"); !strings.Contains(got, "CONNECT") {
		return
	}
	if text == "" {
		h.await(noData)
		if bytes.HasSuffix(h.got, []byte("\r\nNO CARRIER\r\n")) || bytes.HasSuffix(h.got, []byte("\r\nERROR\r\n")) {
			return
		}
	} else {
		h.send(text)
		h.await(noMore)
	}
	h.send("+++")
	h.await(noAnswer)
}

// session is all that a host may want of the module.
func (h *awaiting) session() {
	for _, command := range []string{
		"AT", "ATE0", "AT+CPIN?", "AT+CSQ", "AT+CREG?", "AT+COPS=?", "AT+CCLK?", `AT+CCLK="26/01/02,10:00:00"`,
		`AT+AIPDCONT="internet.example"`, "AT+AIPA=1", "AT+AIPA?", login, "AT+AFTPTYPE=0",
		`AT+AFTPSIZE="fw.bin"`, "AT+AFTPPASV=1", "AT+AFTPREST=160", `AT+AFTPRETR="fw.bin"`,
	} {
		h.ask(command)
	}
	h.transfer("")
	for _, command := range []string{"AT+AFTPO?", "AT+AFTPPASV=1", `AT+AFTPSTOR="/log.bin"`} {
		h.ask(command)
	}
	h.transfer(strings.Repeat("0123456789ABCDE\n", 300))
	for _, command := range []string{`AT+AFTPSIZE="/log.bin"`, "AT+AFTPC", "AT+AIPA=0", "ATE1"} {
		h.ask(command)
	}
}

// answers are those to 200 times AT+CSQ and AT+CREG?, under a scenario.
func answers(t *testing.T, seed uint64, lines ...string) (csq, creg []string) {
	t.Helper()
	script, err := scenarios.Parse("draws", strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		d := startModem(t, sim.Scenario(script), sim.Seed(seed))
		d.ok(t, "ATE0")
		for range 200 {
			csq = append(csq, d.ask(t, "AT+CSQ"))
			creg = append(creg, d.ask(t, "AT+CREG?"))
		}
	})
	return csq, creg
}

// Each rule draws for itself, from the seed and its own text.
func TestDrawsOfARule(t *testing.T) {
	const rule = "on AT+CSQ p 0.5 reply +CSQ: 1,1"
	alone, _ := answers(t, 1, rule)
	if slices.Equal(alone, plainCSQ()) || !slices.Contains(alone, plainCSQ()[0]) {
		t.Fatalf("p 0.5 takes all or none: %q", alone[:10])
	}
	if again, _ := answers(t, 1, rule); !slices.Equal(alone, again) {
		t.Error("the same seed draws otherwise")
	}
	if other, _ := answers(t, 2, rule); slices.Equal(alone, other) {
		t.Error("another seed draws the same")
	}
	for _, more := range []string{
		"on AT+CREG? p 0.5 reply +CREG: 0,5", "on AT+CSQ p 0.5 log heard", "on AT+CREG? p 0.3 garble info 2", "on host:line p 0.9 log a line", "each 1s log tick", "flip 100",
	} {
		before, _ := answers(t, 1, more, rule)
		behind, _ := answers(t, 1, rule, more)
		if !slices.Equal(alone, before) || !slices.Equal(alone, behind) {
			t.Errorf("%q changes what %q draws", more, rule)
		}
	}
	if got, _ := answers(t, 1); !slices.Equal(got, plainCSQ()) {
		t.Errorf("without a rule: %q", got[:10])
	}
}

func plainCSQ() []string { return slices.Repeat([]string{frames("+CSQ: 25,99", "OK")}, 200) }

// A probability of 0 changes nothing, byte for byte, whatever the verb.
func TestProbabilityOfZero(t *testing.T) {
	plain := parse(t, "file fw.bin 4096")
	want := live(t, plain)
	for _, rule := range []string{
		"on AT+CSQ p 0 reply +CSQ: 1,1", "on AT+CSQ p 0 ignore", "on AT+AIPA=1 p 0 delay final 5s", "on AT+AIPA=1 p 0 drop echo", "on AT p 0 repeat",
		"on AT+CREG? p 0 truncate info 3", "on AT+CREG? p 0 split 3 1s", "on AT+AFTPO p 0 garble 3", "on AT+CSQ p 0 urc @info+0 RING", "on host:line p 0 urc RING",
		"on host:line p 0 raw \\x00", "on host:line p 0 mute 2s", "on host:line p 0 reset", "on ftp:data@100 p 0 cut", "on ftp:data@50% p 0 stall 20s",
		"on ftp:ready p 0 flip 10", "on ftp:ready p 0 lose 10", "on ftp:ready p 0 double 10", "on ftp:data@7 p 0 gprs down", "on AT+AFTPRETR= p 0 ftp RETR 550 No.",
		"on AT+AFTPSTOR= p 0 ftp STOR end none", "each 1s p 0 network searching",
	} {
		if got := live(t, parse(t, "file fw.bin 4096\n"+rule)); got != want {
			t.Errorf("%s: the run differs %s", rule, difference(got, want))
		}
	}
}

func parse(t *testing.T, text string) *scenarios.Script {
	t.Helper()
	script, err := scenarios.Parse("draws", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// download is what a host gets of a file of 20,000 bytes under a scenario.
func download(t *testing.T, seed uint64, rules ...string) (got string) {
	t.Helper()
	script := parse(t, "file fw.bin 20000\n"+strings.Join(rules, "\n"))
	synctest.Test(t, func(t *testing.T) {
		d := startModem(t, sim.Scenario(script), sim.Seed(seed))
		d.logIn(t)
		d.retrieve(t, "fw.bin")
		d.type_(t, "AT+AFTPDATA\r")
		pass(2 * time.Minute)
		got = string(d.host.take())
	})
	return got
}

// A fault of the stream strikes the same bytes whatever else there is and however the stream comes
// in pieces, and others with another seed.
func TestDrawsOfTheStream(t *testing.T) {
	for _, rule := range []string{"flip 300", "lose 300", "double 300"} {
		want := download(t, 1, rule)
		if want == download(t, 1) {
			t.Fatalf("%s strikes nothing", rule)
		}
		for _, more := range []string{"on ftp:data@100 log there", "slow 1000", "on ftp:data@77 stall 1s", "on host:line p 0.5 log a line"} {
			if got := download(t, 1, rule, more); got != want {
				t.Errorf("%s with %s: other bytes %s", rule, more, difference(got, want))
			}
		}
		if want == download(t, 2, rule) {
			t.Errorf("%s: another seed strikes the same bytes", rule)
		}
	}
}
