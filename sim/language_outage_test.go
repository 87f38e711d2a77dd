package sim_test

import (
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/faults"
)

// An outage lasts as long as its rule says, and then is over.
func TestOutages(t *testing.T) {
	for _, c := range []struct{ rules, ask, during, after string }{
		{"on AT network searching 30s", "AT+CREG?", "+CREG: 0,2", "+CREG: 0,1"},
		{"on AT sim busy 30s", "AT+CPIN?", "+CME ERROR: 14", "+CPIN: READY"},
		{"on AT network denied 10s\nthen 9s network searching 21s", "AT+CREG?", "+CREG: 0,3", "+CREG: 0,1"},
		{"on AT network denied 10s\nthen 5s network denied", "AT+CREG?", "+CREG: 0,3", "+CREG: 0,3"},
		{"on AT power off 30s", "AT+CREG?", "", "+CREG: 0,1"},
		{"on AT gprs down 30s", "AT+AIPA=1", "ERROR", "+AIPA: 1,192.0.2.66,0"},
		{"on AT gprs down 10s\nthen 9s gprs down 21s", "AT+AIPA=1", "ERROR", "+AIPA: 1,192.0.2.66,0"},
	} {
		t.Run(c.rules, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, withRules(c.rules))
				d.ok(t, "ATE0;+CMEE=1;&W")
				d.ok(t, "AT+AIPA=1")
				d.type_(t, "AT\r")
				pass(time.Second)
				d.host.take()
				ask := func(want string) {
					t.Helper()
					d.type_(t, c.ask+"\r")
					switch {
					case want == "":
						d.want(t, c.ask, "")
					case want == "ERROR" || want == "+CME ERROR: 14":
						d.want(t, c.ask, frames(want))
					default:
						d.want(t, c.ask, frames(want, "OK"))
					}
				}
				ask(c.during)
				pass(28 * time.Second)
				pass(2 * time.Second)
				d.host.take()
				ask(c.after)
			})
		})
	}
}

// Data that a bearer holds whose death nobody noticed pass once it is back; a drop
// is a drop. Both count from their byte, whatever the pieces.
func TestOutagesOfTheBearer(t *testing.T) {
	content := faults.Content("up.bin", dataSize, false)
	for _, chunk := range chunks {
		uploads(t, "on ftp:data@5000 once gprs down silent 3s", chunk, func(d *dialog, sent string) {
			d.type_(t, "+++")
			pass(time.Second)
			if sent != frames("CONNECT") {
				t.Errorf("pieces of %d bytes: the modem sent %q", chunk, sent)
			}
			d.wantStored(t, "up.bin", string(content))
		})
		uploads(t, "on ftp:data@5000 once gprs down 30s\nthen forbid 29s gprs:active", chunk, func(d *dialog, _ string) {
			d.wantNote(t, "upload not complete: 5000 bytes")
			d.expect(t, "AT+AIPA=1", "ERROR")
			pass(26 * time.Second)
			d.expect(t, "AT+AIPA=1", "+AIPA: 1,192.0.2.66,0", "OK")
			d.wantPassed(t)
		})
	}
	downloads(t, "on ftp:data@5000 once gprs down silent 3s", func(d *dialog, sent string) {
		if want := string(faults.Content("down.bin", dataSize, false)) + frames("NO CARRIER"); sent != want {
			t.Errorf("the host got %d bytes, want %d", len(sent), len(want))
		}
	})
}
