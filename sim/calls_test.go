package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/exchange"
)

// twoModems are on an exchange of their own, without echo and with the caller's number shown.
func twoModems(t *testing.T) (a, b *dialog) {
	x := exchange.New()
	a = startModem(t, sim.Network(x), with(t, "number +12025550100"))
	b = startModem(t, sim.Network(x), with(t, "number +12025550101"))
	for _, d := range []*dialog{a, b} {
		d.ok(t, "ATE0")
		d.ok(t, "AT+CLIP=1;+COLP=1")
	}
	return a, b
}

// ring lets a call b.
func ring(t *testing.T, a, b *dialog) {
	t.Helper()
	a.ok(t, "ATD+12025550101;")
	pass(1500 * time.Millisecond)
	b.want(t, "the call", frames("RING", `+CLIP: "+12025550100",145`))
	a.expect(t, "AT+CLCC", `+CLCC: 1,0,3,0,0,"+12025550101",145`, "OK")
}

// idle wants neither modem to have a call.
func idle(t *testing.T, modems ...*dialog) {
	t.Helper()
	for _, d := range modems {
		d.ok(t, "AT+CLCC")
	}
}

// Modems of one exchange call each other, and either end hangs up; two tests that run at once hear
// nothing of each other.
func TestModemsCallEachOther(t *testing.T) {
	for range 2 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T) {
				a, b := twoModems(t)
				for i := range 20 {
					ring(t, a, b)
					b.ok(t, "ATA")
					pass(time.Second)
					a.want(t, fmt.Sprintf("the answer of call %d", i), frames(`+COLP: "+12025550101",145`))
					b.expect(t, "AT+CLCC", `+CLCC: 1,1,0,0,0,"+12025550100",145`, "OK")
					ends, other := a, b
					if i%2 == 1 {
						ends, other = b, a
					}
					ends.ok(t, "ATH")
					pass(time.Second)
					other.want(t, "the end", frames("NO CARRIER"))
					idle(t, a, b)
					a.expect(t, "AT+CEER", "+CEER: Cause Select: 1 cause: 16", "OK")
				}
			})
		})
	}
}

// A call that nobody answers ends after S7, one that is refused or finds the other modem busy at
// once; the caller may hang up before.
func TestModemsDoNotAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := twoModems(t)
		a.ok(t, "ATS7=4")
		ring(t, a, b)
		pass(4 * time.Second)
		a.want(t, "S7", frames("NO ANSWER"))
		idle(t, a, b)

		ring(t, a, b)
		b.ok(t, "ATH")
		pass(time.Second)
		a.want(t, "refused", frames("NO CARRIER"))
		a.expect(t, "AT+CEER", "+CEER: Cause Select: 1 cause: 21", "OK")

		ring(t, a, b)
		a.ok(t, "AT+CHUP")
		pass(10 * time.Second)
		b.want(t, "the caller is gone", "")
		idle(t, a, b)

		b.ok(t, "AT+CCWA=0,0")
		b.ok(t, "ATD5550199;")
		a.ok(t, "ATD+12025550101;")
		pass(2 * time.Second)
		a.want(t, "another call", frames("BUSY"))
		a.ok(t, "ATD+12025550100;")
		pass(2 * time.Second)
		a.want(t, "itself", frames("BUSY"))
		b.ok(t, "ATH")

		b.run(t, "network searching")
		a.ok(t, "ATD+12025550101;")
		pass(2 * time.Second)
		a.want(t, "no network", frames("NO CARRIER"))
	})
}

// With +CLIR=1 the number is not shown. A modem that ends, or one whose network goes, ends its
// calls.
func TestModemsLoseCalls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := twoModems(t)
		a.ok(t, "AT+CLIR=1;D+12025550101;")
		pass(1500 * time.Millisecond)
		b.want(t, "a hidden number", frames("RING", `+CLIP: "",128`))
		b.ok(t, "ATA")
		pass(time.Second)
		a.want(t, "the answer", frames(`+COLP: "+12025550101",145`))
		a.run(t, "network searching")
		pass(time.Second)
		a.want(t, "no network", frames("NO CARRIER"))
		b.want(t, "no network", frames("NO CARRIER"))
		idle(t, a, b)

		a.run(t, "network home")
		a.ok(t, "AT+CLIR=0;+COLP=0")
		pass(10 * time.Second)
		ring(t, a, b)
		b.ok(t, "ATA")
		if err := b.modem.Close(); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		a.want(t, "the other modem ends", frames("NO CARRIER"))
	})
}
