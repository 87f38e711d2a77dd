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

// A prompt is late, missing, shorter, and doubled, whether the module asks or a rule does; the text
// is taken all the same. A fault on prompts does not act on answers.
func TestFaultsOnPrompts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(`
on AT+CMGS= nth 1 delay prompt 5s
on AT+CMGS= nth 2 drop prompt
on AT+CMGS= nth 3 truncate prompt 3
on AT+CMGS= nth 4 split prompt 2 1s
on AT+CMGS= nth 5 repeat prompt
on AT+CMGS= nth 5 delay final 2s
on AT+FTPPUT= prompt 3 +FTPPUT: 2,3
on AT+FTPPUT= delay prompt 1s
`))
		d.textMode(t)
		for _, c := range []struct {
			why, first string
			pause      time.Duration
			second     string
			result     time.Duration
		}{
			{"late", "", 5 * time.Second, "\r\n> ", 0},
			{"missing", "", time.Second, "", 0},
			{"without its blank", "\r\n>", time.Second, "", 0},
			{"in two", "\r\n", time.Second, "> ", 0},
			{"twice, and the result late", "\r\n> \r\n> ", 0, "", 2 * time.Second},
			{"as ever", "\r\n> ", 0, "", 0},
		} {
			d.type_(t, "AT+CMGS=\"+15550100\"\r")
			d.want(t, c.why, c.first)
			pass(c.pause)
			d.want(t, c.why, c.second)
			d.type_(t, "hello\x1a")
			pass(c.result)
			if got := string(d.host.take()); !strings.HasPrefix(got, "\r\n+CMGS: ") || !strings.HasSuffix(got, frames("OK")) {
				t.Errorf("%s: the text is answered with %q", c.why, got)
			}
		}
		d.type_(t, "AT+FTPPUT=2,3\r")
		d.want(t, "late", "")
		pass(time.Second)
		d.want(t, "1s later", frames("+FTPPUT: 2,3"))
		d.type_(t, "abc")
		d.want(t, "3 bytes", frames("OK"))
		d.wantPassed(t)
	})
}

// A fault on a prompt that does not come has not happened.
func TestAFaultOnNoPrompt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules("on AT+CMGS= once delay prompt 5s"))
		d.ok(t, "ATE0")
		d.expect(t, `AT+CMGS="+15550100"`, "ERROR") // in PDU mode
		if v := d.modem.Judge("the test ended"); v.Passed {
			t.Errorf("%v", v)
		}
	})
}
