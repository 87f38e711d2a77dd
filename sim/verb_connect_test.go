package sim_test

import (
	"testing"

	"github.com/modemsim/modemsim/sim"
)

// A dial string of another kind of modem gets a far end that echoes.
func TestConnectEcho(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.ScenarioText("x.scn", "on ATD5551234 connect echo\non AT+CIICR connect echo"))
		d.ok(t, "ATE0")
		for _, line := range []string{"ATD5551234", "AT+CIICR"} {
			d.expect(t, line, "CONNECT")
			d.type_(t, "hello\r\n")
			d.want(t, "data", "hello\r\n")
			d.type_(t, "+++")
			d.want(t, "+++", frames("OK"))
			d.wantSignals(t, "online command mode", "CTS DSR DCD")
			d.expect(t, "AT+CSQ", "+CSQ: 25,99", "OK")
			d.expect(t, "ATO", "CONNECT")
			d.run(t, "cut")
			d.want(t, "cut", frames("NO CARRIER"))
		}
		if v := d.modem.Judge("the test ended"); !v.Passed {
			t.Error(v)
		}
	})
}
