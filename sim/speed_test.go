package sim_test

import (
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// Modem time runs faster: the seconds counter does, the hold of URCs and the escape window do not.
func TestSpeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Speed(60))
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		pass(2 * time.Second)
		d.expect(t, "AT+AIPA?", "+AIPA: 1,192.0.2.66,120", "OK")
		d.type_(t, "AT")
		d.run(t, "urc RING")
		pass(29 * time.Second)
		d.want(t, "an unfinished line", "")
		d.type_(t, "\r")
		d.want(t, "the line", frames("OK", "RING"))
		d.expect(t, "AT+AIPA=0", "+AIPA: 0,1860", "OK")
		d.ok(t, "AT+AIPA=1")
		d.ok(t, openLine)
		d.upload(t, "up")
		for range 3 {
			pass(spread)
			d.type_(t, "+")
		}
		d.want(t, "+++", frames("OK"))
	})
}
