package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// every N acts at each N-th trigger.
func TestEveryNth(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules("on AT+CSQ every 3 reply BUSY"))
		d.ok(t, "ATE0")
		for n := 1; n <= 10; n++ {
			want := frames("+CSQ: 25,99", "OK")
			if n%3 == 0 {
				want = frames("BUSY")
			}
			d.type_(t, "AT+CSQ\r")
			d.want(t, fmt.Sprintf("AT+CSQ, the %d.", n), want)
		}
		d.wantPassed(t)
	})
}

// Every third transfer is cut, whatever pieces the data come in.
func TestEveryThirdTransferIsCut(t *testing.T) {
	for _, chunk := range chunks {
		bubble(t, func(t *testing.T) {
			d := startModem(t, withRules("on ftp:ready every 3 cut 1000"))
			d.logIn(t)
			for n := 1; n <= 6; n++ {
				d.upload(t, "up")
				d.send(t, make([]byte, dataSize), chunk)
				if cut := d.modem.State().Transfer == nil; cut != (n%3 == 0) {
					t.Errorf("pieces of %d bytes, upload %d: cut %v", chunk, n, cut)
				}
				if d.modem.State().Transfer != nil {
					d.type_(t, "+++")
				}
				pass(time.Second) // for the server's last word
				d.host.take()
			}
			if n := strings.Count(d.modem.Transcript().String(), "not complete: 1000 bytes"); n != 2 {
				t.Errorf("%d cuts at 1000 bytes", n)
			}
			d.wantPassed(t)
		})
	}
}
