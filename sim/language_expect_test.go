package sim_test

import (
	"fmt"
	"testing"
	"time"
)

// At least and at most so many of an event, each from there on, and order.
func TestCountedExpectations(t *testing.T) {
	for _, c := range []struct {
		rules string
		n     int // times that the host sends AT+CSQ, then AT+CPAS, then AT+CSQ again
		want  string
	}{
		{"expect 9s nth 3 AT+CSQ", 2, ""},
		{"expect 9s nth 6 AT+CSQ", 2, "expected AT+CSQ within 9s, it came 4 of 6 times (last event: AT+CSQ)"},
		{"expect 1h nth 6 AT+CSQ", 2, "expected AT+CSQ, it came 4 of 6 times, but the test ended (last event: AT+CSQ)"},
		{"expect 9s nth 1 AT+CREG?", 1, "expected AT+CREG? within 9s, it did not happen (last event: AT+CSQ)"},
		{"on AT+CPAS once expect 5s nth 2 AT+CSQ", 2, ""},
		{"on AT+CPAS once expect 5s nth 3 AT+CSQ", 2, "expected AT+CSQ within 5s, it came 2 of 3 times (last event: AT+CSQ)"},
		{"forbid nth 5 AT+CSQ", 2, ""},
		{"forbid nth 4 AT+CSQ", 2, "forbidden, but it happened 4 times: AT+CSQ"},
		{"on AT+CPAS forbid nth 3 AT+CSQ", 2, ""},
		{"forbid nth 2 AT+CSQ or AT+CPAS", 1, "forbidden, but it happened 2 times: AT+CPAS"},
		{"expect 9s nth 2 AT+CSQ\nthen forbid AT+CSQ", 1, ""},
		{"expect 9s nth 2 AT+CSQ\nthen forbid AT+CSQ", 2, "forbidden, but it happened: AT+CSQ"},
		{"forbid AT+CSQ until AT+CPAS", 1, "forbidden, but it happened: AT+CSQ"},
		{"forbid AT+CREG? until AT+CPAS", 1, ""},
		{"forbid AT+CPAS until AT+CSQ", 1, ""},
		{"forbid nth 3 AT+CSQ until AT+CPAS or boot", 2, ""},
		{"on AT+CPAS forbid AT+CSQ until down", 1, "forbidden, but it happened: AT+CSQ"},
		{"forbid 1ms AT+CSQ until AT+CREG?", 1, "forbidden, but it happened: AT+CSQ"},
	} {
		t.Run(fmt.Sprint(c.rules, c.n), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, withRules(c.rules))
				for range c.n {
					d.type_(t, "AT+CSQ\r")
				}
				d.type_(t, "AT+CPAS\r")
				for range c.n {
					d.type_(t, "AT+CSQ\r")
				}
				pass(10 * time.Second)
				v := d.modem.Judge("the test ended")
				got := ""
				if !v.Passed {
					got = v.Failures[0].What
				}
				if got != c.want {
					t.Errorf("%q\nwant\n%q", got, c.want)
				}
			})
		})
	}
}

// Transfers are counted, not the pieces of their data.
func TestCountedData(t *testing.T) {
	for _, chunk := range chunks {
		for rules, passed := range map[string]bool{
			"expect 5m nth 2 ftp:data": false, "forbid nth 2 ftp:data": true, "expect 5m ftp:data": true,
			"expect 5m nth 2 ftp:data@5 or ftp:data@16384": true, "forbid ftp:data@16000 until ftp:data@15999": true,
			"forbid ftp:data@15999 until ftp:data@16000": false,
		} {
			uploads(t, rules, chunk, func(d *dialog, _ string) {
				if v := d.modem.Judge("the test ended"); v.Passed != passed {
					t.Errorf("%s, pieces of %d: %v", rules, chunk, v)
				}
			})
		}
	}
}
