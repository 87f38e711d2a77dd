package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// TestLoadForgets has one scenario set something going wrong, or waiting, and
// another one loaded in its place: then the host meets a modem without faults.
func TestLoadForgets(t *testing.T) {
	for _, c := range []struct {
		name   string
		rules  string
		before []string // that the host sends while the first scenario is at work
		ready  bool     // as far as the transfer
	}{
		{name: "an invented 227", rules: "ftp PASV 227 Entering Passive Mode (192,0,2,1,1,1)", ready: true},
		{name: "a reply to come", rules: "ftp RETR 550 Gone"},
		{name: "a mute", rules: "on AT+CSQ mute 1h", before: []string{"AT+CSQ"}},
		{name: "the next input lost", rules: "on AT+CSQ mute next", before: []string{"AT+CSQ"}},
		{name: "a slow network", rules: "slow 1"},
		{name: "damage", rules: "lose 2"},
		{name: "a cut to come", rules: "cut 3"},
		{name: "a stall to come", rules: "stall 1h"},
		{name: "a dead bearer", rules: "on gprs:active gprs down silent", before: []string{"AT+AIPA=1"}},
		{name: "a URC every second", rules: "each 1s urc +TICK"},
		{name: "a line of another host", rules: "on AT+CSQ type AT+CGMI\\rAT+CGMI\\r", before: []string{"AT+CSQ"}},
		{name: "an answer held back", rules: "on AT+CSQ delay next", before: []string{"AT+CSQ"}},
		{name: "information text that is late", rules: "on AT+CSQ delay info 2s", before: []string{"AT+CSQ"}},
		{name: "a call", rules: "on AT+CSQ ring 100", before: []string{"AT+CSQ"}},
		{name: "a module that is going off", rules: "set timing field", before: []string{"AT+SFUN=OFF"}},
		{name: "an expectation", rules: "on AT+CSQ expect 1s ftp:done", before: []string{"AT+CSQ"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				load(t, d, c.rules)
				d.put(t, "a.bin", []byte("0123456789"))
				for _, line := range c.before {
					d.type_(t, line+"\r")
				}
				if c.ready {
					d.logIn(t)
					d.ok(t, "AT+AFTPPASV=1")
				}
				load(t, d, "log a scenario without faults")
				pass(3 * time.Second)
				if got := string(d.host.take()); strings.Contains(got, "+TICK") {
					t.Errorf("the modem still sends %q", got)
				}
				d.logIn(t)
				d.fetch(t, "a.bin", "0123456789")
				if v := d.modem.Judge("the test ended"); !v.Passed {
					t.Errorf("the verdict is %s", v)
				}
			})
		})
	}
}

// load puts another scenario in the place of the one before.
func load(t *testing.T, d *dialog, rules string) {
	t.Helper()
	script, err := scenarios.Parse("test.scn", strings.NewReader(rules))
	if err != nil {
		t.Fatal(err)
	}
	settings := scenarios.Default()
	if err := script.Apply(&settings); err != nil {
		t.Fatal(err)
	}
	if err := d.modem.Load(settings, script); err != nil {
		t.Fatal(err)
	}
	pass(time.Minute) // for a boot under timing field
	d.host.take()
}

// TestOffAndOn restarts a module that is about to go off: it stays on.
func TestOffAndOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "timing field"))
		pass(time.Minute)
		d.type_(t, "AT+SFUN=OFF\r")
		d.run(t, "reset silent")
		pass(time.Minute)
		d.host.take()
		d.ok(t, "AT")
	})
}

// Load refuses what New refuses, in the same words, and changes nothing then.
func TestLoadChecks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Set("signal", "7"))
		d.ok(t, "ATE0")
		good := scenarios.Default()
		for want, c := range map[string]struct {
			settings scenarios.Settings
			rules    string
		}{
			`network: "" is not a choice`:                 {changed(func(s *scenarios.Settings) { s.Network = "" }), ""},
			`signal: "-1" is out of range`:                {changed(func(s *scenarios.Settings) { s.Signal = -1 }), ""},
			"signal: ":                                    {changed(func(s *scenarios.Settings) { *s = scenarios.Settings{Signal: 40} }), ""},
			"x.scn:1: the module does not know AT+NOSUCH": {good, "on AT+NOSUCH once drop"},
			"x.scn:2: each 1ns is too short":              {good, "log x\neach 1ns log y"},
			`commands: "adh9" is not a choice (adh8066`:   {changed(func(s *scenarios.Settings) { s.Commands = "adh9" }), ""},
		} {
			script, err := scenarios.Parse("x.scn", strings.NewReader(c.rules))
			if err != nil {
				t.Fatal(err)
			}
			loaded := d.modem.Load(c.settings, script)
			if loaded == nil || !strings.HasPrefix(loaded.Error(), want) {
				t.Errorf("Load: error %v, want %s", loaded, want)
			}
			if _, err := sim.New(port.NewPipe(), sim.Settings(c.settings), sim.Scenario(script)); err == nil || loaded == nil || err.Error() != loaded.Error() {
				t.Errorf("New: error %v, Load: %v", err, loaded)
			}
		}
		d.expect(t, "AT+CSQ", "+CSQ: 7,99", "OK")
	})
}

// changed returns the default settings with a change.
func changed(change func(*scenarios.Settings)) scenarios.Settings {
	s := scenarios.Default()
	change(&s)
	return s
}

// No scenario is one without rules.
func TestLoadNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Scenario(nil), sim.ScenarioText("x.scn", "on AT drop"))
		if err := d.modem.Load(scenarios.Default(), nil); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		d.host.take()
		d.ok(t, "AT")
	})
}
