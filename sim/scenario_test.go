package sim_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// A dte is a host program of a scenario's test. It ends when its function
// returns.
type dte struct {
	d   *dialog
	got []byte // what has come and was not taken
}

// finalResult ends an answer. CONNECT ends it too: the rest is data.
var finalResult = regexp.MustCompile(`(?:^|\r\n)(OK|ERROR(?:: ?\d+)?|NO CARRIER|CONNECT|\+CME ERROR: [^\r]*)\r\n`)

// await waits until what came matches, for at most limit. It takes what came up
// to the match's end.
func (h *dte) await(until *regexp.Regexp, limit time.Duration) (text string, ok bool) {
	pause := 10 * time.Millisecond // doubles in silence, up to 200 ms
	for deadline := time.Now().Add(limit); ; {
		synctest.Wait()
		h.got = append(h.got, h.d.host.take()...)
		if at := until.FindIndex(h.got); at != nil {
			text, h.got = string(h.got[:at[1]]), h.got[at[1]:]
			return text, true
		}
		if !time.Now().Before(deadline) {
			return string(h.got), false
		}
		time.Sleep(pause)
		pause = min(2*pause, 200*time.Millisecond)
	}
}

// send types bytes.
func (h *dte) send(text string) { h.d.host.Write([]byte(text)) }

// ask sends a command and returns its answer up to the final result; not ok
// when none comes within 10 s.
func (h *dte) ask(command string) (string, bool) { return h.askFor(command, 10*time.Second) }

func (h *dte) askFor(command string, limit time.Duration) (string, bool) {
	h.send(command + "\r")
	return h.await(finalResult, limit)
}

// ok reports whether a command is answered OK.
func (h *dte) ok(command string) bool {
	answer, ok := h.ask(command)
	return ok && strings.HasSuffix(answer, "OK\r\n")
}

// until repeats a command until it is answered OK, a second apart, up to n
// times.
func (h *dte) until(command string, n int) bool {
	for range n {
		if h.ok(command) {
			return true
		}
		time.Sleep(time.Second)
	}
	return false
}

// connect activates GPRS and logs in, trying again as a robust host does.
func (h *dte) connect() bool {
	return h.until("AT+AIPA=1", 60) && h.until(`AT+AFTPO="203.0.113.1",21,"u","p"`, 10) && h.ok("AT+AFTPTYPE=0")
}

// fetch gets a file from an offset and returns what came, and whether NO
// CARRIER ended it.
func (h *dte) fetch(name string, offset int) ([]byte, bool) {
	if !h.ok("AT+AFTPPASV=1") || offset > 0 && !h.ok(fmt.Sprintf("AT+AFTPREST=%d", offset)) || !h.ok(`AT+AFTPRETR="`+name+`"`) {
		return nil, false
	}
	if answer, ok := h.ask("AT+AFTPDATA"); !ok || !strings.HasSuffix(answer, "CONNECT\r\n") {
		return nil, false
	}
	text, ended := h.await(regexp.MustCompile(`\r\nNO CARRIER\r\n`), 5*time.Minute)
	return []byte(strings.TrimSuffix(text, "\r\nNO CARRIER\r\n")), ended
}

// play runs a scenario against a host in a bubble and returns the verdict.
func play(t *testing.T, script *scenarios.Script, host func(*dte), options ...sim.Option) (v sim.Verdict) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		settings := scenarios.Default()
		if err := script.Apply(&settings); err != nil {
			t.Fatal(err)
		}
		network := internet.NewEmbedded(internet.Options{})
		t.Cleanup(func() { network.Close() })
		d := startModem(t, append([]sim.Option{sim.Settings(settings), sim.Scenario(script), sim.Internet(network)}, options...)...)
		host(&dte{d: d})
		v = d.modem.Judge("the program ended")
		t.Logf("%v\n%s", v, d.modem.Transcript())
	})
	return v
}

// A trial is a shipped scenario with a host that copes and one that does not.
type trial struct {
	name  string
	good  func(*dte)
	bad   func(*dte)
	fails string // where the bad one fails: FILE:LINE
}

// trials are those of all files of this package.
var trials []trial

func TestShippedScenarios(t *testing.T) {
	tried := map[string]bool{}
	for _, c := range trials {
		tried[c.name] = true
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
	for _, name := range scenarios.Shipped() {
		if !tried[name] {
			t.Errorf("%s has no trial", name)
		}
	}
}

func (c trial) run(t *testing.T) {
	script, err := scenarios.Load(c.name)
	if err != nil {
		t.Fatal(err)
	}
	if v := play(t, script, c.good); !v.Passed {
		t.Errorf("the host that copes: %v", v)
	}
	v := play(t, script, c.bad)
	if v.Passed || v.Failures[0].Where != c.fails {
		t.Errorf("the host that does not cope: %v, want a failure at %s", v, c.fails)
	}
}

func init() {
	trials = append(trials, trial{"ftp-cut-and-resume", fetchResuming, fetchAfresh, "ftp-cut-and-resume.scn:10"})
}

// fetchResuming fetches fw.bin and goes on where a cut has left it.
func fetchResuming(h *dte) {
	var file []byte
	for range 5 {
		if !h.connect() {
			continue
		}
		part, _ := h.fetch("fw.bin", len(file))
		if file = append(file, part...); bytes.Equal(file, faults.Content("fw.bin", 65536, false)) {
			return
		}
	}
}

// fetchAfresh has the bug of starting from zero.
func fetchAfresh(h *dte) {
	for range 3 {
		if !h.connect() {
			continue
		}
		if file, _ := h.fetch("fw.bin", 0); len(file) == 65536 {
			return
		}
	}
}
