package sim_test

import (
	"strings"
	"testing"
	"time"
)

// A time of day comes when the module's clock says so, whoever set it, and again
// each day; not while the module is off.
func TestTimeOfDay(t *testing.T) {
	for _, c := range []struct {
		rules, host string
		wait        time.Duration
		want        int
	}{
		{"set clock 26/01/15,02:58:00", "", time.Minute, 0},
		{"set clock 26/01/15,02:58:00", "", 2*time.Minute + time.Second, 1},
		{"set clock 26/01/15,03:00:00", "", time.Second, 1},
		{"set clock 26/01/15,03:00:01", "", 23 * time.Hour, 0},
		{"set clock 26/01/15,03:00:01", "", 24 * time.Hour, 1},
		{"set clock 26/01/15,02:58:00", "", 49 * time.Hour, 3},
		{"", "", 2 * time.Hour, 0},
		{"", "", 4 * time.Hour, 1},
		{"", `AT+CCLK="26/01/15,02:59:50"`, 15 * time.Second, 1},
		{"", `AT+CCLK="26/01/15,02:59:50"`, 5 * time.Second, 0},
		{"set clock 26/01/15,02:58:00", `AT+CCLK="26/01/15,04:00:00"`, 10 * time.Minute, 0},
		{"at 1m set clock 26/01/15,02:59:59", "", 2 * time.Minute, 1},
		{"set clock 26/01/15,02:59:00\nset timing field", "AT+SFUN=RST", time.Minute + 30*time.Second, 1},
		{"set clock 26/01/15,02:59:00\nat 1s power off", "", time.Hour, 0},
		{"set clock 26/01/15,02:59:00\nset power off\nat 1h log never\neach 30m power on", "", 32 * time.Minute, 1},
	} {
		t.Run(c.rules+c.host, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, withRules(c.rules+"\nat 03:00 log good morning"))
				d.type_(t, c.host+"\r")
				pass(c.wait)
				if n := strings.Count(d.modem.Transcript().String(), "good morning"); n != c.want {
					t.Errorf("after %v it came %d times, want %d", c.wait, n, c.want)
				}
			})
		})
	}
}
