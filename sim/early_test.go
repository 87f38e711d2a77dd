package sim_test

import (
	"testing"

	"github.com/modemsim/modemsim/sim"
)

// A host that sends several commands in one write does not wait for their final results, however
// fast they are.
func TestHostEarly(t *testing.T) {
	for _, c := range []struct {
		text  string
		early bool
	}{
		{"AT+AIPA=1\rAT+CREG?\r", true},
		{"AT\rAT\rAT\r", true},
		{"AT\r\nA", true},
		{"AT+CSQ;+CREG?\r", false},
		{"AT\r\n", false},
		{"AT\r", false},
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.ScenarioText("x.scn", "forbid host:early"))
			d.type_(t, c.text)
			if v := d.modem.Judge("the test ended"); v.Passed == c.early {
				t.Errorf("%q: the verdict is %s", c.text, v)
			}
		})
	}
}
