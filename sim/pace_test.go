package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// Both directions of a paced line carry ten bits a byte, within 1 % (in a bubble a sleep is exact,
// so this is the schedule; make bench measures a real line).
func TestBaud(t *testing.T) {
	for _, baud := range []int{300, 9600, 115200, 921600} {
		t.Run(fmt.Sprint(baud), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, sim.Baud(baud))
				size := max(64, baud/10)
				d.put(t, "f", make([]byte, size))
				for _, line := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="203.0.113.1",21,"u","p"`, "AT+AFTPPASV=1", `AT+AFTPRETR="f"`} {
					d.host.Write([]byte(line + "\r"))
					pass(20 * time.Second)
				}
				d.host.take()
				start := time.Now()
				d.host.Write([]byte("AT+AFTPDATA\r"))
				line := len("AT+AFTPDATA\r") // on its way before the answer
				want := len("\r\nCONNECT\r\n") + size + len("\r\nNO CARRIER\r\n")
				got := 0
				for got < want && time.Since(start) < 2*time.Minute {
					time.Sleep(time.Millisecond)
					synctest.Wait()
					got += len(d.host.take())
				}
				ideal := time.Duration(line+want) * 10 * time.Second / time.Duration(baud)
				if took := time.Since(start); got != want || took < ideal*99/100 || took > ideal*101/100+20*time.Millisecond {
					t.Errorf("%d bytes of %d took %v, want %v", got, want, took, ideal)
				}
			})
		})
	}
}

// Under set baud a host at another speed sees noise and sends it; at the right one all is well.
func TestWrongSpeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "baud 9600"))
		d.host.SetSpeed(115200)
		if answer := d.ask(t, "AT"); strings.Contains(answer, "OK") {
			t.Errorf("at another speed AT is answered %q", answer)
		}
		d.run(t, "raw hello")
		if got := string(d.host.take()); len(got) != len("hello") || got == "hello" {
			t.Errorf("at another speed hello arrives as %q", got)
		}
		d.host.SetSpeed(9600)
		d.type_(t, "\r")
		d.ok(t, "ATE0+IPR=19200")
		d.run(t, "reset silent")
		if answer := d.ask(t, "AT"); strings.Contains(answer, "OK") {
			t.Errorf("after +IPR and a restart, at the old speed, AT is answered %q", answer)
		}
		d.host.SetSpeed(19200)
		d.type_(t, "\r")
		d.ok(t, "ATE0")
	})
}

// Under set baud auto the first line after boot must be a clean AT; then the module speaks the
// host's speed.
func TestAutoBaud(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "baud auto"))
		d.host.SetSpeed(9600)
		d.type_(t, "A")
		d.type_(t, "T\r")
		d.want(t, "AT", frames("+Auto BR: 9600"))
		d.ok(t, "ATE0")
		d.run(t, "reset silent")
		d.type_(t, "ATZ\r")
		pass(time.Minute)
		d.type_(t, "AT\r")
		d.want(t, "AT after another line", "")
		d.run(t, "reset silent")
		d.type_(t, "AT\r\n")
		d.want(t, "AT after a reset", frames("+Auto BR: 9600"))
	})
}

// +IPR=0 lets the module look for the speed again, where it can (Enhanced AT manual 6.2); elsewhere
// it is not supported (AT manual).
func TestIPRZero(t *testing.T) {
	rates := "1200,2400,4800,9600,19200,38400,57600,115200)"
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.expect(t, "AT+IPR=0", "ERROR")
		d.expect(t, "AT+IPR=?", "+IPR: ("+rates, "OK")
	})
	for _, end := range []string{"\r", "\r\n"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, with(t, "baud auto"))
			d.host.SetSpeed(9600)
			d.type_(t, "AT\r")
			d.want(t, "AT", frames("+Auto BR: 9600"))
			d.ok(t, "ATE0")
			d.expect(t, "AT+IPR=?", "+IPR: (0,"+rates, "OK")
			d.expect(t, "AT+IPR?", "+IPR: 115200", "OK")
			d.type_(t, "AT+IPR=0"+end)
			d.want(t, "AT+IPR=0", frames("OK"))
			d.host.SetSpeed(19200)
			d.type_(t, "AT\r")
			d.want(t, "AT", frames("+Auto BR: 19200"))
			d.expect(t, "AT+IPR?", "+IPR: 0", "OK")
			d.type_(t, "AT+IPR=0\r")
			d.want(t, "AT+IPR=0", frames("OK"))
			d.type_(t, "\nAT\r")
			d.want(t, "LF and AT", frames("+Auto BR: 19200"))
			d.expect(t, "AT+IPR=0", "OK")
			d.type_(t, "AT+CSQ\r")
			d.type_(t, "AT\r")
			d.want(t, "another line", "")
		})
	}
}

// When +IPR applies.
func TestIPR(t *testing.T) {
	for when, heard := range map[string]bool{"before-ok": false, "after-ok": true, "restart": true} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, with(t, "baud 9600", "ipr "+when))
			d.host.SetSpeed(9600)
			d.type_(t, "\r")
			d.ok(t, "ATE0")
			if answer := d.ask(t, "AT+IPR=19200"); (answer == frames("OK")) != heard {
				t.Errorf("ipr %s: AT+IPR is answered %q at the old speed", when, answer)
			}
			if when != "restart" {
				d.host.SetSpeed(19200)
			}
			d.type_(t, "\r")
			d.host.take()
			d.ok(t, "AT")
		})
	}
}
