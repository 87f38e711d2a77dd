package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/faults"
)

// wantPassed fails unless every rule of the scenario was kept.
func (d *dialog) wantPassed(t *testing.T) {
	t.Helper()
	if v := d.modem.Judge("the test ended"); !v.Passed {
		t.Errorf("%v", v)
	}
}

// A reply at the end of the data reaches the transfer whose data pass when it is
// set off.
func TestEndOfTheTransferThatRuns(t *testing.T) {
	for _, trigger := range []string{"on AT+AFTPDATA", "on ftp:ready", "on ftp:data", "on ftp:data@5000", "on ftp:data@40000", "on escape"} {
		for _, end := range []string{"452 Disk full", "none"} {
			final := "ERROR"
			if end == "none" {
				final = "NO CARRIER"
			}
			t.Run(trigger+" "+end, func(t *testing.T) {
				content := string(faults.Content("up.bin", dataSize, false))
				bubble(t, func(t *testing.T) {
					d := startModem(t, withRules(trigger+" once ftp STOR end "+end))
					d.logIn(t)
					d.upload(t, "up.bin")
					for _, chunk := range chunks[1:] {
						d.type_(t, content[:chunk%dataSize])
						content = content[chunk%dataSize:]
					}
					d.type_(t, content)
					d.type_(t, "+++")
					pass(2 * time.Minute)
					d.want(t, "+++", frames(final))
					d.wantPassed(t)
				})
				if trigger == "on escape" {
					return
				}
				downloads(t, trigger+" once ftp RETR end "+end+"\nset data-loss ERROR", func(d *dialog, sent string) {
					pass(time.Minute)
					sent += string(d.host.take())
					if !strings.HasSuffix(sent, frames("ERROR")) || len(sent) != dataSize+len(frames("ERROR")) {
						t.Errorf("the host got %d bytes and %q", len(sent), sent[max(0, len(sent)-20):])
					}
					d.wantPassed(t)
				})
			})
		}
	}
}

// A preliminary reply of the scenario is another wording: the data go on.
func TestPreliminaryReply(t *testing.T) {
	for _, text := range []string{"125 Already open", "150 Opening (40000 bytes)", `150 first\nmiddle\nlast`} {
		shown := text
		if code, _, ok := strings.Cut(text, `first\n`); ok {
			shown = code + "last"
		}
		t.Run(text, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, with(t, "ftp-text server"), withRules("on AT+AFTPRETR= once ftp RETR "+text+"\non AT+AFTPSTOR= once ftp STOR "+text))
				content := faults.Content("f", dataSize, false)
				d.put(t, "f", content)
				d.logIn(t)
				d.ok(t, "AT+AFTPPASV=1")
				d.expect(t, `AT+AFTPRETR="f"`, "+AFTPS: "+shown, `+AFTPRETR: "f" File Data Ready`, "OK")
				d.type_(t, "AT+AFTPDATA\r")
				pass(time.Second)
				d.want(t, "AT+AFTPDATA", frames("CONNECT")+string(content)+frames("NO CARRIER"))
				d.ok(t, "AT+AFTPPASV=1")
				d.expect(t, `AT+AFTPSTOR="up"`, "+AFTPS: "+shown, `+AFTPSTOR: "up" File Data Ready`, "OK")
				d.expect(t, "AT+AFTPDATA", "CONNECT")
				d.type_(t, "content+++")
				d.want(t, "+++", frames("OK"))
				d.wantStored(t, "up", "content")
				d.wantPassed(t)
			})
		})
	}
}

// The transcript shows a scripted reply as lines of the control connection.
func TestScriptedRepliesInTheTranscript(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(`ftp SIZE 550 no\nsize`))
		d.logIn(t)
		d.expect(t, `AT+AFTPSIZE="f"`, "ERROR")
		d.wantNote(t, "# x.scn:1: ftp SIZE 550 no\\nsize\n")
		d.wantNote(t, "# ftp > SIZE f\n")
		d.wantNote(t, "# ftp < 550-no\n")
		d.wantNote(t, "# ftp < 550 size\n")
	})
}
