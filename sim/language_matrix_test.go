package sim_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The triggers and the verbs that count bytes, delay them or promise something of them.
var (
	dataTriggers = []string{
		"on AT+AFTPDATA", "on ftp:ready", "on ftp:data", "on ftp:data@0", "on ftp:data@1", "on ftp:data@5000", "on ftp:data@16384", "on ftp:data@39999",
		"on ftp:data@40000", "on ftp:data@5000..20000", "on AT+CPAS or ftp:data@7", "on ftp:data@3000 log x\nthen",
	}
	dataVerbs = []string{
		"cut", "cut 10", "cut 16384", "cut 100..9000", "stall 2s", "slow 20000", "lose 5000", "double 5000", "flip 5000", "gprs down", "gprs down 9s", "gprs down silent",
		"gprs down silent 2s", "network searching 9s", "power off", "reset", "ftp 421 Bye", "ftp STOR end 552 Full", "ftp STOR end none",
		"ftp STOR at 6000 552 Full", "ftp STOR at 6000 226 Fine", "expect 5s ftp:data@30000", "expect 5s ftp:stored size 40000", "expect 5s nth 2 ftp:data@30000 or ftp:data@30001",
		"forbid ftp:data@30000", "forbid 1ms ftp:data@39999", "forbid ftp:data@30000 until ftp:data@20000", "fail here", "pass", "urc +TICK", "raw tick",
	}
)

// ruleLines are the rows of a transcript that tell when a rule acted and how a transfer ended.
var ruleLines = regexp.MustCompile(`(?m)^.*# (x\.scn|(up|down)load ).*$`)

// outcomeOf is what became of an upload under a rule that does not depend on time.
func outcomeOf(t *testing.T, rules string, chunk int) (outcome string) {
	uploads(t, rules, chunk, func(d *dialog, sent string) {
		d.type_(t, "+++")
		pass(3 * time.Second)
		sent += string(d.host.take())
		if i := strings.Index(sent, "Ready\r\n"); i >= 0 { // then comes the echo of what the host sent on
			sent = sent[:i]
		}
		v := d.modem.Judge("the test ended")
		stored, is := d.server.Stored("up.bin")
		outcome = fmt.Sprintf("%q\nstored %v %x\n%v\n", sent, is, sha256.Sum256(stored), v)
		for _, line := range ruleLines.FindAllString(d.modem.Transcript().String(), -1) {
			_, text, _ := strings.Cut(line, "#")
			outcome += text + "\n"
		}
	})
	return outcome
}

// Whatever sets a rule off and whatever it does, the pieces in which the host sends
// its data change nothing.
func TestTriggersVerbsAndPieces(t *testing.T) {
	for i, trigger := range dataTriggers {
		for j, verb := range dataVerbs {
			rules := trigger + " " + verb
			if !strings.Contains(trigger, "then") {
				rules = trigger + " once " + verb
			}
			if trigger == "on ftp:ready" && slices.Contains([]string{"power off", "reset", "urc +TICK", "raw tick"}, verb) {
				continue // there is no upload then, or the answer to AT+AFTPSTOR is another
			}
			t.Run(rules, func(t *testing.T) {
				want := outcomeOf(t, rules, 4096)
				sizes := []int{16384, dataSize, 1}
				if *recut > 0 { // a sample
					sizes = sizes[(i+j)%2:][:1]
					if (i+j)%24 == 0 {
						sizes = append(sizes, 1)
					}
				}
				for _, chunk := range sizes {
					if got := outcomeOf(t, rules, chunk); got != want {
						t.Errorf("pieces of %d bytes:\n%.1500s\nof 4096:\n%.1500s", chunk, got, want)
					}
				}
			})
		}
	}
}
