package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// cutsOf runs uploads that a rule cuts at a random byte, and returns those bytes.
func cutsOf(t *testing.T, seed uint64, rules string, chunk, n int) (cuts []int) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(rules), sim.Seed(seed))
		d.logIn(t)
		for range n {
			d.upload(t, "up")
			d.send(t, make([]byte, dataSize), chunk)
			if d.modem.State().Transfer != nil {
				d.type_(t, "+++")
			}
			pass(time.Second)
			d.host.take()
		}
		text := d.modem.Transcript().String()
		for line := range strings.Lines(text) {
			var at int
			if _, rest, is := strings.Cut(line, "upload not complete: "); is {
				fmt.Sscanf(rest, "%d bytes", &at)
				cuts = append(cuts, at)
				if note := fmt.Sprintf("on ftp:data@%d first 4 cut\n", at); strings.Contains(rules, "@1000") && !strings.Contains(text, note) {
					t.Errorf("no %q in\n%.3000s", note, text)
				}
			}
		}
		d.wantPassed(t)
	})
	return cuts
}

// A byte is drawn from the seed, anew for each transfer, whatever the pieces.
func TestRandomBytes(t *testing.T) {
	for _, rules := range []string{"on ftp:data@1000..15000 first 4 cut", "on ftp:ready first 4 cut 1000..15000"} {
		want := cutsOf(t, 42, rules, 4096, 5)
		if len(want) != 4 || slices.Min(want) < 1000 || slices.Max(want) > 15000 || want[0] == want[1] {
			t.Fatalf("%s: cuts at %d", rules, want)
		}
		for _, chunk := range chunks {
			if got := cutsOf(t, 42, rules, chunk, 5); !slices.Equal(got, want) {
				t.Errorf("%s, pieces of %d bytes: cuts at %d, want %d", rules, chunk, got, want)
			}
		}
		if got := cutsOf(t, 43, rules, 4096, 5); slices.Equal(got, want) {
			t.Errorf("%s: another seed gives %d too", rules, got)
		}
	}
}

// Of a download that is shorter than the range, a byte that it has is drawn. An
// upload that ends before its byte is noted, and the next is drawn anew.
func TestRandomByteBehindTheEnd(t *testing.T) {
	for seed := range uint64(20) {
		bubble(t, func(t *testing.T) {
			d := startModem(t, withRules("on ftp:data@100..1000000000 once cut"), sim.Seed(seed))
			d.put(t, "f", make([]byte, 5000))
			d.logIn(t)
			d.retrieve(t, "f")
			d.type_(t, "AT+AFTPDATA\r")
			pass(time.Second)
			d.wantPassed(t)
		})
	}
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules("on ftp:data@1000..9000 once cut"))
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "content+++")
		d.wantNote(t, "was drawn, but the upload of up ended at byte 7; the next is drawn anew")
		v := d.modem.Judge("the test ended")
		if v.Passed || !strings.Contains(v.Failures[0].What, "since the upload of up ended at byte 7") {
			t.Errorf("%v", v)
		}
	})
}

// Times are drawn too: of a period each time, of an action when it acts.
func TestRandomTimes(t *testing.T) {
	var at []string
	for range 2 {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Seed(7), withRules("each 10s..20s ring\nat 1m..2m log here\nthen 1s..5s log there"))
			pass(10 * time.Minute)
			text := d.modem.Transcript().String()
			if n := strings.Count(text, "RING"); n < 30 || n > 60 {
				t.Errorf("%d rings", n)
			}
			at = append(at, text)
		})
	}
	if at[0] != at[1] {
		t.Errorf("one seed, two runs:\n%s\n%s", at[0], at[1])
	}
}
