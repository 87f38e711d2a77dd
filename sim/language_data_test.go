package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// dataSize is the size of the files of these tests, more than two pieces of a
// stream.
const dataSize = 40000

// chunks are the sizes of the writes of a host that uploads.
var chunks = []int{1, 4096, 16384, dataSize}

// send writes a file in pieces, as long as data mode lasts.
func (d *dialog) send(t *testing.T, content []byte, chunk int) {
	t.Helper()
	for len(content) > 0 && d.modem.State().Transfer != nil {
		n := min(chunk, len(content))
		d.type_(t, string(content[:n]))
		content = content[n:]
	}
}

// uploads lets a host upload a file in pieces, and hands f what the modem sent.
func uploads(t *testing.T, rules string, chunk int, f func(d *dialog, sent string)) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(rules))
		d.logIn(t)
		d.store(t, "up.bin")
		d.type_(t, "AT+AFTPDATA\r")
		d.send(t, faults.Content("up.bin", dataSize, false), chunk)
		pass(5 * time.Second)
		f(d, string(d.host.take()))
	})
}

// downloads is uploads with a download.
func downloads(t *testing.T, rules string, f func(d *dialog, sent string)) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(rules))
		d.put(t, "down.bin", faults.Content("down.bin", dataSize, false))
		d.logIn(t)
		d.retrieve(t, "down.bin")
		d.type_(t, "AT+AFTPDATA\r")
		pass(5 * time.Second)
		f(d, strings.TrimPrefix(string(d.host.take()), frames("CONNECT")))
	})
}

// withRules is the option of the scenario x.scn.
func withRules(rules string) sim.Option { return sim.ScenarioText("x.scn", rules) }

// A rule on the data stream acts at its byte whatever pieces the data come in,
// and what counts bytes counts from there.
func TestCutsCountFromTheirTrigger(t *testing.T) {
	for rules, want := range map[string]int{
		"on ftp:data once cut":                                                1,
		"on ftp:data once cut 0":                                              1,
		"on ftp:data once cut 1000":                                           1001,
		"on ftp:data@1 once cut 1000":                                         1001,
		"on ftp:data@0 once cut":                                              0,
		"on ftp:data@0 once cut 7":                                            7,
		"on ftp:data@5000 once cut":                                           5000,
		"on ftp:data@5000 once cut 10":                                        5010,
		"on ftp:data@5000 once cut 20000":                                     25000,
		"on ftp:data@20000 once cut 16384":                                    36384,
		"on ftp:data@5000 once gprs down":                                     5000,
		"on ftp:data@5000 log here\nthen cut 10":                              5010,
		"on ftp:data@5000 once log a\non ftp:data@6000 once cut 10":           6010,
		"on ftp:data@5000 once cut 3000\non ftp:data@7000 once cut 10":        7010,
		"on AT+AFTPDATA once cut 16384":                                       16384,
		"on AT+AFTPDATA once cut":                                             0,
		"on ftp:data@5000 once expect 1m ftp:data\nthen cut 10":               5011,
		"on ftp:ready once cut 12345":                                         12345,
		"on ftp:data@5000 once ftp 421 bye":                                   5000,
		"on ftp:data@5000 once forbid 1s ftp:data@5500\nthen cut 600":         5600,
		"on ftp:data@16384 once cut 1":                                        16385,
		"on ftp:data nth 2 cut":                                               dataSize,
		"on ftp:data once cut 1000\non ftp:data@2000 once fail past the byte": 1001,
	} {
		check := func(t *testing.T, d *dialog, kind string) {
			t.Helper()
			text := d.modem.Transcript().String()
			if want == dataSize {
				if strings.Contains(text, "not complete") {
					t.Errorf("the %s was cut:\n%s", kind, text)
				}
				return
			}
			if note := fmt.Sprintf("%s not complete: %d bytes", kind, want); !strings.Contains(text, note) {
				t.Errorf("no %q in\n%.3000s", note, text)
			}
		}
		t.Run(rules, func(t *testing.T) {
			for _, chunk := range chunks {
				uploads(t, rules, chunk, func(d *dialog, _ string) { check(t, d, "upload") })
			}
			downloads(t, rules, func(d *dialog, sent string) {
				check(t, d, "download")
				data, _, _ := strings.Cut(sent, frames("NO CARRIER"))
				if len(data) != want {
					t.Errorf("the host got %d bytes, want %d", len(data), want)
				}
			})
		})
	}
}
