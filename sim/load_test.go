package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/scenarios"
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
