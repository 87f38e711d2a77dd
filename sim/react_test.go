package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// Rules that set each other off end the run with a verdict that names them; the
// modem goes on answering.
func TestRulesWithoutEnd(t *testing.T) {
	for _, c := range []struct {
		name, rules string
		host        string // what the host sends
		where       string // the line that fails
		what        string
	}{
		{"a flapping bearer", "on gprs:active gprs down\non gprs:inactive gprs up", "AT+AIPA=1",
			"x.scn:1", "this rule and x.scn:2 set each other off without end, while no time passes (give one a count or a delay)"},
		{"a flapping network", "on network:home network searching\non network:searching network home\non AT+CSQ network searching", "AT+CSQ",
			"x.scn:1", "this rule and x.scn:2 set each other off without end"},
		{"a flapping SIM", "on sim:ready sim absent\non sim:absent sim ready\non AT+CSQ sim absent", "AT+CSQ",
			"x.scn:1", "this rule and x.scn:2 set each other off without end"},
		{"resets", "on boot reset", "",
			"x.scn:1", "this rule sets itself off without end"},
		{"silent resets", "on AT+CSQ reset silent\non boot type AT+CSQ\\r", "",
			"x.scn:1", "this rule and x.scn:2 set each other off without end"},
		{"power", "on boot power off\non gprs:inactive power on\non network:idle power on", "AT+SFUN=RST",
			"x.scn:1", "this rule and x.scn:3 set each other off without end"},
		{"a host that types to itself", "on AT type AT\\r", "AT",
			"x.scn:1", "this rule sets itself off without end"},
		{"a host that doubles what it types", "on AT type AT\\rAT\\rAT\\r", "AT",
			"x.scn:1", "this rule sets itself off without end"},
		{"a delay that is none", "on gprs:active gprs down\non gprs:inactive log x\nthen 1us gprs up", "AT+AIPA=1",
			"x.scn:1", "this rule and x.scn:2, x.scn:3 set each other off without end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, sim.ScenarioText("x.scn", c.rules))
				if c.host != "" {
					d.type_(t, c.host+"\r")
				}
				pass(time.Second)
				select {
				case <-d.modem.Over():
				default:
					t.Error("the run is not over")
				}
				v := d.modem.Judge("the test ended")
				if v.Passed || v.Failures[0].Where != c.where || !strings.HasPrefix(v.Failures[0].What, c.what) {
					t.Errorf("the verdict is %s, want %s: %s", v, c.where, c.what)
				}
				load(t, d, "log another scenario")
				d.ok(t, "AT")
			})
		})
	}
}

// What only looks like a loop is none: a count or a delay ends it.
func TestRulesWithAnEnd(t *testing.T) {
	for _, rules := range []string{
		"on gprs:active first 500 gprs down\non gprs:inactive gprs up",
		"on gprs:active gprs down\non gprs:inactive log x\nthen 10ms gprs up",
		"set timing field\non boot reset", // fault P4
		"on boot once reset",
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.ScenarioText("x.scn", rules))
			pass(30 * time.Second)
			d.type_(t, "AT+AIPA=1\r")
			pass(time.Minute)
			if v := d.modem.Judge("the test ended"); !v.Passed {
				t.Errorf("%q: the verdict is %s", rules, v)
			}
		})
	}
}

// Rules that a person has added to a running modem are switched off alone.
func TestLiveRulesWithoutEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.run(t, "on gprs:active gprs down\non gprs:inactive gprs up")
		d.ok(t, "ATE0")
		d.type_(t, "AT+AIPA=1\r")
		pass(time.Second)
		d.wantNote(t, "set each other off without end")
		d.host.take()
		d.run(t, "set signal 3")
		d.expect(t, "AT+CSQ", "+CSQ: 3,99", "OK")
	})
}

// A rule of a short period, and many of them, leave the mailbox its turn.
func TestShortPeriods(t *testing.T) {
	for _, rules := range []string{"each 1ms log x", strings.Repeat("each 1ms log x\n", 1000)} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.ScenarioText("x.scn", rules))
			d.ok(t, "AT")
			d.modem.State()
			d.modem.Judge("the test ended")
		})
	}
}

// A rule that fails again and again neither fills the report nor the memory.
func TestRuleThatFailsOften(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.ScenarioText("x.scn", "each 1s expect 1s AT+CSQ\neach 100ms forbid AT+CREG?"))
		pass(time.Hour)
		v := d.modem.Judge("the test ended")
		if want := "x.scn:1 failed 3600 times, the first 3 are shown"; len(v.Failures) != 3 || len(v.Notes) == 0 || v.Notes[0] != want {
			t.Errorf("%d failures, notes %q; want 3 and %q", len(v.Failures), v.Notes, want)
		}
	})
}

// However often the rule above fires, then each has one period.
func TestThenEachBeginsOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.ScenarioText("x.scn", "each 1s log a\nthen each 10s urc +TICK"))
		pass(35 * time.Second)
		d.want(t, "35 s later", frames("+TICK", "+TICK", "+TICK"))
	})
}
