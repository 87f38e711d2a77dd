package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/exchange"
)

// Two tests that run at once, each with modems of the same two numbers on an exchange of its own,
// get their own messages and no others.
func TestExchangesApart(t *testing.T) {
	for _, name := range []string{"one", "another"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T) {
				x := exchange.New()
				a := startModem(t, sim.Network(x), with(t, "number +12025550100", "sms-store 255"))
				b := startModem(t, sim.Network(x), with(t, "number +12025550101", "sms-store 255"))
				a.textMode(t)
				b.textMode(t)
				const count = 100
				for i := range count {
					a.sendText(t, "+12025550101", fmt.Sprintf("%s %d", name, i))
				}
				for i := range count {
					if got := b.ask(t, fmt.Sprintf("AT+CMGR=%d", i+1)); !strings.Contains(got, fmt.Sprintf("\r\n%s %d\r\n", name, i)) {
						t.Fatalf("message %d: %q", i, got)
					}
				}
				if s := b.modem.State().Messages; s != (sim.Messages{Stored: count}) {
					t.Errorf("%+v, want %d", s, count)
				}
			})
		})
	}
}

// A modem sends itself 10,000 messages with a report on each, reads and deletes them. It holds no
// more at the end than after the first thousand.
func TestTenThousandMessages(t *testing.T) {
	counted := make(map[scenarios.EventKind]int)
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Observe(func(e sim.Event) { counted[e.Kind]++ }))
		d.textMode(t)
		d.ok(t, "AT+CNMI=2,1,0,1")
		d.ok(t, "AT+CSMP=49")
		const count = 10_000
		var first held
		for i := range count {
			if i == count/10 {
				first = holds()
			}
			d.type_(t, "AT+CMGS=\"+12025550100\"\r")
			d.want(t, "+CMGS", "\r\n> ")
			d.type_(t, fmt.Sprintf("message %d\x1a", i))
			got := string(d.host.take())
			for _, want := range []string{frames("OK"), frames(`+CMTI: "SM",1`), "\r\n+CDS: 6,"} {
				if strings.Count(got, want) != 1 {
					t.Fatalf("message %d: %q, want %q once", i, got, want)
				}
			}
			if got := d.ask(t, "AT+CMGR=1"); !strings.Contains(got, fmt.Sprintf("\r\nmessage %d\r\n", i)) {
				t.Fatalf("message %d: %q", i, got)
			}
			d.ok(t, "AT+CMGD=1")
		}
		last := holds()
		t.Logf("after %d messages %+v, after %d %+v", count/10, first, count, last)
		if last.goroutines > first.goroutines || last.heap > first.heap+2<<20 {
			t.Errorf("after %d messages it holds %+v, after %d %+v", count/10, first, count, last)
		}
		for _, kind := range []scenarios.EventKind{scenarios.EventSMSSent, scenarios.EventSMSStored, scenarios.EventSMSRead, scenarios.EventSMSDeleted} {
			if counted[kind] != count {
				t.Errorf("%s happened %d times, want %d", kind, counted[kind], count)
			}
		}
	})
}
