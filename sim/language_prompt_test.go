package sim_test

import (
	"strings"
	"testing"
	"time"
)

// Commands of other modules that take data before their answer: a text up to
// Ctrl-Z, or so many bytes.
func TestPrompts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules("on AT+CMGS= prompt >\non AT+CMGS= reply +CMGS: 7\non AT+FTPPUT= prompt 10 +FTPPUT: 2,10\non AT+QFUPL= once prompt 3 CONNECT\non AT+QFUPL= reply ERROR"))
		d.ok(t, "ATE0")
		for range 2 {
			d.type_(t, "AT+CMGS=\"+15550100\"\r")
			d.want(t, "AT+CMGS", "\r\n> ")
			d.type_(t, "hello\rAT+CSQ\r\x1a")
			d.want(t, "the text", frames("+CMGS: 7", "OK"))
			d.type_(t, "AT+CMGS=\"+15550100\"\r")
			d.want(t, "AT+CMGS", "\r\n> ")
			d.type_(t, "never mind\x1b")
			if got := string(d.host.take()); strings.Contains(got, "+CMGS") {
				t.Errorf("a text that was given up is answered with %q", got)
			}
		}
		for _, bytes := range []string{"AT+SFUN=OF", "\x1a\x1b\r\n+++\x00\xff\r\n", "1234567890AT+CSQ\r"} {
			d.type_(t, "AT+FTPPUT=2,10\r\n")
			d.want(t, "AT+FTPPUT", frames("+FTPPUT: 2,10"))
			d.type_(t, bytes[:4])
			d.want(t, "4 bytes", "")
			d.type_(t, bytes[4:10])
			d.want(t, "10 bytes", frames("OK"))
			d.type_(t, "AT\r")
			d.want(t, "AT", frames("OK"))
		}
		d.type_(t, "AT+QFUPL=\"f\",3\r")
		d.want(t, "AT+QFUPL", frames("CONNECT"))
		d.type_(t, "abc")
		d.want(t, "3 bytes", frames("ERROR"))
		d.type_(t, "AT+FTPPUT=2,10\r")
		d.want(t, "AT+FTPPUT", frames("+FTPPUT: 2,10"))
		d.reopen(t) // which gives the data up
		d.type_(t, "AT\r")
		pass(time.Second)
		if got := string(d.host.take()); !strings.HasSuffix(got, frames("OK")) {
			t.Errorf("after another host has come: %q", got)
		}
		d.wantPassed(t)
	})
}
