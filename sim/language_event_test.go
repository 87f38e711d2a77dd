package sim_test

import (
	"strings"
	"testing"
	"time"
)

// Either of several events sets a rule off, meets an expectation and breaks a
// prohibition.
func TestEitherEvent(t *testing.T) {
	for _, c := range []struct{ rules, host, failure string }{
		{"on AT+CSQ or AT+CREG? once reply BUSY", "AT+CSQ", ""},
		{"on AT+CSQ or AT+CREG? once reply BUSY", "AT+CREG?", ""},
		{"on AT+CPAS or down once log x\nexpect 5s AT+CPAS or AT+CSQ", "AT+CSQ", ""},
		{"expect 5s down or ftp:stored a b or AT+CSQ", "AT+CSQ", ""},
		{"expect 5s down or AT+CPAS", "AT+CSQ", "expected down or AT+CPAS within 5s, it did not happen"},
		{"forbid down or AT+CSQ", "AT+CSQ", "forbidden, but it happened: AT+CSQ"},
		{"forbid down or AT+CPAS", "AT+CSQ", ""},
		{"on host:idle@2s or host:idle@3s first 2 log quiet\non host:idle@3s once ring", "AT+CSQ", ""},
	} {
		t.Run(c.rules+" "+c.host, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, withRules(c.rules))
				d.type_(t, c.host+"\r")
				pass(10 * time.Second)
				v := d.modem.Judge("the test ended")
				if c.failure == "" && !v.Passed || c.failure != "" && (len(v.Failures) != 1 || !strings.HasPrefix(v.Failures[0].What, c.failure)) {
					t.Errorf("%v, want %q", v, c.failure)
				}
			})
		})
	}
}

// A byte of the data or another event: what comes first, whatever the pieces.
func TestEitherByte(t *testing.T) {
	for _, chunk := range chunks {
		uploads(t, "on AT+CPAS or ftp:data@5000 or ftp:data@20000 cut 10", chunk, func(d *dialog, _ string) {
			d.wantNote(t, "upload not complete: 5010 bytes")
		})
	}
	downloads(t, "on AT+CPAS or ftp:data@5000 or ftp:data@20000 cut 10", func(d *dialog, sent string) {
		if n := len(sent) - len(frames("NO CARRIER")); n != 5010 {
			t.Errorf("the host got %d bytes", n)
		}
	})
}
