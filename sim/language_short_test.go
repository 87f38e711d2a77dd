package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/faults"
)

// The server's part in the data ends at its byte, with what it says, whatever set it
// off and whatever pieces the data come in.
func TestShortTransfers(t *testing.T) {
	content := string(faults.Content("up.bin", dataSize, false))
	down := string(faults.Content("down.bin", dataSize, false))
	for _, at := range []int{0, 1, 5000, 16384, 16385, dataSize - 1} {
		for _, trigger := range []string{"", "on ftp:ready once", "on AT+AFTPDATA once", "on ftp:data@20000 once"} {
			from := at
			if strings.Contains(trigger, "@20000") {
				from = max(at, 20000)
			}
			rule := func(verb, reply string) string {
				return strings.TrimSpace(fmt.Sprintf("%s ftp %s at %d %s", trigger, verb, at, reply))
			}
			for _, chunk := range chunks {
				if chunk == 1 && at != 5000 { // which is slow
					continue
				}
				uploads(t, rule("STOR", "552 Quota exceeded"), chunk, func(d *dialog, sent string) {
					if want := frames("CONNECT", "NO CARRIER"); !strings.HasPrefix(sent, want) {
						t.Errorf("%s, pieces of %d: the modem sent %.100q, want %q", rule("STOR", "552"), chunk, sent, want)
					}
					d.wantNote(t, fmt.Sprintf("upload not complete: %d bytes", from))
					d.wantNote(t, "# ftp < 552 Quota exceeded\n")
					d.wantNotStored(t, "up.bin")
					d.wantPassed(t)
				})
				uploads(t, rule("STOR", "226 Fine"), chunk, func(d *dialog, sent string) {
					d.type_(t, "+++")
					d.want(t, "+++", frames("OK"))
					d.wantStored(t, "up.bin", content[:from])
					d.wantNote(t, "server: 226 Fine")
					d.wantPassed(t)
				})
			}
			for reply, end := range map[string]string{"226 That is all": "NO CARRIER", "426 Broken": "ERROR"} {
				rules := "set data-loss ERROR\n" + rule("RETR", reply) + "\n" + map[string]string{"NO CARRIER": "expect 1h ftp:done", "ERROR": "expect 1h ftp:cut"}[end]
				downloads(t, rules, func(d *dialog, sent string) {
					if want := down[:from] + frames(end); sent != want {
						t.Errorf("%s: the host got %d bytes and %q, want %d", rules, len(sent), sent[max(0, len(sent)-20):], len(want))
					}
					d.wantPassed(t)
				})
			}
		}
	}
}

// A server that never gets to its byte breaks the promise of the rule. The next
// transfer works after one that ended short.
func TestShortTransferThatIsLonger(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules("on ftp:ready once ftp STOR at 100 552 Full"))
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "content+++")
		v := d.modem.Judge("the test ended")
		if v.Passed || !strings.Contains(v.Failures[0].What, "but no data of a STOR passed byte 100") {
			t.Errorf("%v", v)
		}
	})
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(`ftp RETR at 100 226 one\ntwo`))
		d.put(t, "f", make([]byte, 5000))
		d.logIn(t)
		d.retrieve(t, "f")
		d.type_(t, "AT+AFTPDATA\r")
		pass(time.Second)
		d.wantNote(t, "# ftp < 226-one\n")
		d.host.take()
		d.fetch(t, "f", string(make([]byte, 5000)))
	})
}
