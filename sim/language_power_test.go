package sim_test

import (
	"strings"
	"testing"
	"time"
)

// The module's going down is an event, whatever takes it down, and once each time.
func TestDown(t *testing.T) {
	for _, c := range []struct{ rules, host string }{
		{"on AT+CSQ reset", "AT+CSQ"},
		{"on AT+CSQ reset silent", "AT+CSQ"},
		{"on AT+CSQ power off", "AT+CSQ"},
		{"on AT+CSQ power off\nthen power on", "AT+CSQ"},
		{"", "AT+SFUN=RST"},
		{"", "AT+SFUN=OFF"},
		{"on down power on", "AT+SFUN=RST"},
		{"on down power on", "AT+SFUN=OFF"},
		{"on down once reset", "AT+SFUN=RST"},
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, withRules(c.rules+"\nexpect 10s down\non down log it went down\non boot log it is up"))
			d.ok(t, "AT+AIPA=1")
			d.type_(t, c.host+"\r")
			pass(time.Second)
			text := d.modem.Transcript().String()
			if n := strings.Count(text, "it went down"); n != 1 {
				t.Errorf("%q, %s: it went down %d times:\n%s", c.rules, c.host, n, text)
			}
			ups := 2
			if strings.HasSuffix(c.host, "OFF") && c.rules == "" || strings.HasSuffix(c.rules, "off") {
				ups = 1
			}
			if n := strings.Count(text, "it is up"); n != ups {
				t.Errorf("%q, %s: it came up %d times, want %d:\n%s", c.rules, c.host, n, ups, text)
			}
			d.wantPassed(t)
		})
	}
}
