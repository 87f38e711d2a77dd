package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// What a host sends behind the byte at which an upload ends is the same
// whatever one read brings: command input (setting upload-loss command).
func TestBytesBehindTheEndOfAnUpload(t *testing.T) {
	for _, end := range []string{"cut", "gprs down", "ftp 421 bye"} {
		for _, behind := range []string{"AT+CSQ\r", "++AT+CSQ\r", "+++AT+CSQ\r", "+++", "x+++\rAT+CSQ\r", "ATE1\rAT+CSQ\r"} {
			var whole string
			for cut := len("12345") + len(behind); cut >= len("12345"); cut-- {
				bubble(t, func(t *testing.T) {
					d := startModem(t)
					d.logIn(t)
					d.run(t, "on ftp:data@5 once "+end)
					d.upload(t, "up")
					sent := "12345" + behind
					d.type_(t, sent[:cut])
					d.type_(t, sent[cut:])
					pass(2 * time.Second)
					d.type_(t, "\rAT+CGMM\r")
					got := string(d.host.take())
					if !strings.HasPrefix(got, frames("NO CARRIER")) {
						t.Fatalf("%s, then %q: the modem sent %q", end, sent, got)
					}
					if whole == "" {
						whole = got
					}
					if got != whole {
						t.Errorf("%s: %q, then %q: the modem sent\n%swant, as for one write,\n%s", end, sent[:cut], sent[cut:], show([]byte(got)), show([]byte(whole)))
					}
				})
			}
		}
	}
}

// Under upload-loss swallow such bytes are dropped up to the escape sequence.
func TestBytesBehindTheEndAreSwallowed(t *testing.T) {
	for _, parts := range [][]string{{"12345AT+SFUN=OFF\r+++"}, {"12345", "AT+SFUN=OFF\r", "+++"}, {"12345AT+SFUN=OFF\r", "+", "++"}} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, with(t, "upload-loss swallow"))
			d.logIn(t)
			d.run(t, "on ftp:data@5 once cut")
			d.upload(t, "up")
			for _, part := range parts {
				d.type_(t, part)
			}
			d.want(t, strings.Join(parts, " "), frames("ERROR"))
			d.wantNote(t, "bytes of the host dropped")
			if n := d.modem.State().Transfer; n != nil {
				t.Errorf("data mode goes on: %+v", n)
			}
		})
	}
}

// An upload that a stall holds is whole, however the escape sequence comes.
func TestStalledUploadIsWhole(t *testing.T) {
	content := strings.Repeat("0123456789abcdef", 2500)
	for _, line := range []string{"stall 5s", "gprs down silent"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Set("ftp-reply", "1m"))
			d.logIn(t)
			d.upload(t, "up")
			d.run(t, line)
			d.type_(t, content)
			d.type_(t, "+++")
			pass(6 * time.Second)
			d.run(t, "gprs up")
			pass(time.Second)
			d.want(t, line, frames("OK"))
			d.wantStored(t, "up", content)
		})
	}
}
