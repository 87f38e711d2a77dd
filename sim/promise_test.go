package sim_test

import (
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/faults"
)

// What a failed promise says: whether its trigger came, how often, and what its
// action waited for.
func TestBrokenPromises(t *testing.T) {
	for _, c := range []struct{ rules, want string }{
		{"on AT+CPAS once drop", "never happened: AT+CPAS (last event: AT+CSQ)"},
		{"on at+cpas? once drop", "never happened: AT+CPAS? (last event: AT+CSQ)"},
		{"on AT+CSQ once cut", "AT+CSQ set it off at 3.0 s, but no transfer followed (last event: AT+CSQ)"},
		{"on AT+CSQ once cut 100", "AT+CSQ set it off at 3.0 s, but no transfer followed (last event: AT+CSQ)"},
		{"on ftp:data@3 once cut 100", "ftp:data@3 set it off at 1.0 s, but only 4 bytes more passed (last event: AT+CSQ)"},
		{"on AT+CSQ once stall 5s", "AT+CSQ set it off at 3.0 s, but no transfer followed (last event: AT+CSQ)"},
		{"on AT+CSQ once flip 10", "AT+CSQ set it off at 3.0 s, but no byte was hit (last event: AT+CSQ)"},
		{"on AT+CSQ once noise 10", "AT+CSQ set it off at 3.0 s, but no byte was hit (last event: AT+CSQ)"},
		{"on ftp:ready once ftp STOR 552 full", "ftp:ready set it off at 0.0 s, but no STOR followed (last event: AT+CSQ)"},
		{"on ftp:done once ftp RETR end none", "ftp:done set it off at 1.0 s, but no end of a RETR followed (last event: AT+CSQ)"},
		{"on ftp:ready once ftp CONNECT refuse", "ftp:ready set it off at 0.0 s, but no connection to the FTP server followed (last event: AT+CSQ)"},
		{"on ftp:ready once ftp DATA timeout", "ftp:ready set it off at 0.0 s, but no data connection followed (last event: AT+CSQ)"},
		{"on gprs:active once ftp 421 bye", "gprs:active set it off at 0.0 s, but no FTP connection was open (last event: AT+CSQ)"},
		{"on AT nth 3 expect 5s AT+CSQ", "AT came 2 times, not 3 (last event: AT+CSQ)"},
		{"on AT+CSQ nth 3 drop", "AT+CSQ came once, not 3 (last event: AT+CSQ)"},
		{"on AT every 3 drop", "AT came 2 times, not 3 (last event: AT+CSQ)"},
		{"on AT every 2 drop", ""},
		{"on AT first 3 repeat", "AT came 2 of 3 times (last event: AT+CSQ)"},
		{"on AT first 2 cut", "AT set it off at 3.0 s, but no transfer followed (last event: AT+CSQ)"},
		{"on AT+CSQ from 2 drop", ""},
		{"on ftp:data@40% once cut", "never happened: ftp:data@40%, since the upload of up has no size that is known before (write ftp:data@N) (last event: AT+CSQ)"},
		{"on AT+CSQ once ignore\non AT+CSQ once reply +CSQ: 1,1", "AT+CSQ set it off at 3.0 s, but another rule answered the command (last event: AT+CSQ)"},
	} {
		t.Run(c.rules, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, withRules(c.rules))
				d.ok(t, "ATE0")
				d.ok(t, "AT+AIPA=1")
				d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, "+AFTPO: Login On", "OK")
				d.upload(t, "up")
				time.Sleep(time.Second)
				d.type_(t, "content+++")
				time.Sleep(2 * time.Second)
				d.type_(t, "AT\rAT\rAT+CSQ\r")
				v := d.modem.Judge("the test ended")
				got := ""
				if !v.Passed {
					got = v.Failures[0].What
				}
				if got != c.want || len(v.Failures) > 1 {
					t.Errorf("%q\nwant\n%q", v.Failures, c.want)
				}
			})
		})
	}
}

// A percentage of a download whose size is known comes.
func TestPercentOfADownload(t *testing.T) {
	downloads(t, "on ftp:data@40% once cut", func(d *dialog, sent string) {
		if want := string(faults.Content("down.bin", dataSize, false)[:dataSize*4/10]) + frames("NO CARRIER"); sent != want {
			t.Errorf("%d bytes, want %d", len(sent), len(want))
		}
		d.wantPassed(t)
	})
}
