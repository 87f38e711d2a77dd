package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// An upload that loses its data connection: NO CARRIER at once, and what the host sends next is
// command input; or, under upload-loss swallow, nothing until +++, then ERROR. Still logged in
// (section F).
func TestUploadLosesItsData(t *testing.T) {
	for _, setting := range []string{"command", "swallow"} {
		t.Run(setting, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{}
				d := startNetwork(t, n, with(t, "upload-loss "+setting))
				d.logIn(t)
				d.upload(t, "up")
				d.type_(t, "some data")
				n.cutData()
				if setting == "command" {
					var got []byte
					for i := 0; i < 10 && len(got) == 0; i++ {
						d.type_(t, "more")
						pass(100 * time.Millisecond)
						got = d.host.take()
					}
					if string(got) != frames("NO CARRIER") {
						t.Fatalf("after the loss %q", got)
					}
					d.type_(t, "\rrest of the file\rAT+CSQ\r")
					d.want(t, "command input", frames("+CSQ: 25,99", "OK"))
				} else {
					d.type_(t, "more")
					d.want(t, "the loss", "")
					d.type_(t, "\rrest of the file\rAT+CSQ\r")
					pass(time.Minute)
					d.want(t, "swallowed", "")
					d.type_(t, "+++")
					d.want(t, "+++", frames("ERROR"))
				}
				d.wantNotStored(t, "up")
				d.wantNote(t, "upload not complete: ")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
				d.upload(t, "up")
				d.type_(t, "again+++")
				d.want(t, "+++", frames("OK"))
				d.wantStored(t, "up", "again")
			})
		})
	}
}

// The loss is seen while the host is silent too.
func TestUploadLossAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		d := startNetwork(t, n)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "some data")
		n.cutData()
		pass(time.Second)
		d.want(t, "the loss", frames("NO CARRIER"))
		d.expect(t, "AT+CSQ", "+CSQ: 25,99", "OK")
	})
}

// After the +++ of an upload: ERROR when the server refuses it, OK all the same under
// upload-refused ok; NO CARRIER without an answer (section F).
func TestUploadRefused(t *testing.T) {
	for _, code := range []string{"452 Disk full.", "552 Over quota."} {
		for setting, want := range map[string]string{"error": "ERROR", "ok": "OK"} {
			bubble(t, func(t *testing.T) {
				d := startNetwork(t, &network{reply: otherReply("226 ", code)}, with(t, "upload-refused "+setting))
				d.logIn(t)
				d.upload(t, "up")
				d.type_(t, "data+++")
				d.want(t, "+++", frames(want))
				d.wantNote(t, "upload not complete: 4 bytes")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
			})
		}
	}
}

func TestUploadWithoutAnAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.FTPSilent{Verb: "STOR", End: true}), with(t, "ftp-reply 20s"))
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data+++")
		pass(20*time.Second - time.Millisecond)
		d.want(t, "while it waits", "")
		pass(time.Millisecond)
		d.want(t, "+++", frames("NO CARRIER"))
		d.expect(t, "AT", "OK")
	})
	bubble(t, func(t *testing.T) {
		n := &network{}
		d := startNetwork(t, n)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data")
		n.cutControl()
		d.type_(t, "+++")
		pass(time.Minute)
		d.want(t, "+++", frames("NO CARRIER"))
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
	})
}

// A 2xx other than 226 is success too (RFC 959 4.2).
func TestUploadTakenInOtherWords(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startNetwork(t, &network{reply: otherReply("226 ", "250 Thanks.")})
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data+++")
		d.want(t, "+++", frames("OK"))
		d.wantNote(t, "upload complete: 4 bytes")
	})
}

// The server takes long to answer +++: OK comes when it has.
func TestUploadsLateOK(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startNetwork(t, &network{late: lateReply("226 ", 30*time.Second)})
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data+++")
		pass(29 * time.Second)
		d.want(t, "while it waits", "")
		d.type_(t, "+++") // an impatient host
		pass(time.Second)
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "data")
	})
}

// A promised upload that never began is not a file.
func TestPromisedUploadIsNotStored(t *testing.T) {
	for _, end := range []string{"AT+AFTPC", "gprs down", "network searching", "reset"} {
		t.Run(end, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.logIn(t)
				d.store(t, "up")
				if strings.HasPrefix(end, "AT") {
					d.expect(t, end, "+AFTPC: 0", "OK")
				} else {
					d.run(t, end)
				}
				pass(time.Minute)
				d.wantNotStored(t, "up")
			})
		})
	}
}

// An upload whose time runs out is reset: the server must not take its end for the file's.
func TestStalledUploadIsNotStored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		d := startNetwork(t, n, with(t, "ftp-idle 20s"))
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "some data")
		n.stallData()
		d.type_(t, "more")
		pass(time.Minute)
		d.want(t, "the stall", frames("NO CARRIER"))
		d.wantNotStored(t, "up")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
	})
}

// one transfer is cut once.
func TestSwallowedUploadIsCutOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		cuts := 0
		n := &network{}
		d := startNetwork(t, n, with(t, "upload-loss swallow"), sim.Observe(func(e sim.Event) {
			if e.Kind == scenarios.EventFTPCut {
				cuts++
			}
		}))
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data")
		n.cutData()
		for range 5 {
			d.type_(t, "more")
		}
		d.run(t, "gprs down")
		d.want(t, "gprs down", frames("NO CARRIER"))
		if cuts != 1 {
			t.Errorf("%d events ftp:cut", cuts)
		}
	})
}

// A rule's cut of an upload whose input is swallowed afterwards is one cut.
func TestCutOfASwallowedUploadIsOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		cuts := 0
		d := startModem(t, with(t, "upload-loss swallow"), sim.Observe(func(e sim.Event) {
			if e.Kind == scenarios.EventFTPCut {
				cuts++
			}
		}))
		d.logIn(t)
		d.upload(t, "up")
		d.run(t, "on ftp:data@4 once cut")
		d.type_(t, "data")
		pass(time.Minute)
		d.type_(t, "more+++")
		d.want(t, "+++", frames("ERROR"))
		if cuts != 1 {
			t.Errorf("%d events ftp:cut", cuts)
		}
	})
}
