package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/exchange"
)

// textMode switches echo off and text mode on.
func (d *dialog) textMode(t *testing.T) {
	t.Helper()
	d.ok(t, "ATE0")
	d.ok(t, "AT+CMGF=1")
}

// sendText sends a message, which the message centre takes.
func (d *dialog) sendText(t *testing.T, to, text string) {
	t.Helper()
	d.expectPrompt(t, to)
	d.type_(t, text+"\x1a")
	if got := string(d.host.take()); !strings.HasPrefix(got, "\r\n+CMGS: ") || !strings.Contains(got, frames("OK")) {
		t.Fatalf("%q to %s is answered with %q", text, to, got)
	}
}

// expectPrompt asks for the prompt of +CMGS.
func (d *dialog) expectPrompt(t *testing.T, to string) {
	t.Helper()
	d.type_(t, `AT+CMGS="`+to+"\"\r")
	d.want(t, "AT+CMGS", "\r\n> ")
}

// Two modems on one exchange get each other's messages, all and in order; one that
// has an exchange of its own gets none of them.
func TestModemsSwapMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		x := exchange.New()
		a := startModem(t, sim.Network(x), with(t, "number +12025550100", "sms-store 255"))
		b := startModem(t, sim.Network(x), with(t, "number +12025550101", "sms-store 255"))
		c := startModem(t, with(t, "number +12025550101"))
		for _, d := range []*dialog{a, b, c} {
			d.textMode(t)
		}
		const count = 50
		for i := range count {
			a.sendText(t, "+12025550101", fmt.Sprintf("to b %d", i))
			b.sendText(t, "12025550100", fmt.Sprintf("to a %d", i))
		}
		for i := range count {
			for d, text := range map[*dialog]string{a: "to a", b: "to b"} {
				if got := d.ask(t, fmt.Sprintf("AT+CMGR=%d", i+1)); !strings.Contains(got, fmt.Sprintf("\r\n%s %d\r\n", text, i)) {
					t.Fatalf("message %d %s: %q", i, text, got)
				}
			}
		}
		for d, stored := range map[*dialog]int{a: count, b: count, c: 0} {
			if s := d.modem.State().Messages; s != (sim.Messages{Stored: stored}) {
				t.Errorf("%+v, want %d stored", s, stored)
			}
		}
	})
}

// A message that comes while the memory is full is told to nobody, and comes once
// there is room.
func TestAFullMemory(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "sms-store 1"))
		d.textMode(t)
		d.ok(t, "AT+CNMI=2,1")
		d.run(t, "sms +15550100 one")
		d.want(t, "the first", frames(`+CMTI: "SM",1`))
		d.run(t, "sms +15550100 two")
		d.run(t, "sms +15550100 three")
		d.want(t, "the second", "")
		if s := d.modem.State().Messages; s != (sim.Messages{Stored: 1, Unread: 1, Waiting: 2}) {
			t.Errorf("%+v", s)
		}
		d.expect(t, "AT+CMGD=1", "OK", `+CMTI: "SM",1`)
		d.run(t, "set sms-store 2")
		d.want(t, "more room", frames(`+CMTI: "SM",2`))
	})
}

// A prompt that the host leaves alone ends after the time of S7, counted from the
// last character.
func TestAPromptEndsAfterS7(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.textMode(t)
		d.ok(t, "ATS7=20")
		d.expectPrompt(t, "+15550100")
		pass(19 * time.Second)
		d.type_(t, "a")
		pass(19 * time.Second)
		d.want(t, "19s after a character", "")
		pass(2 * time.Second)
		d.want(t, "21s after it", frames("+CMS ERROR: 500"))
		d.expect(t, "AT", "OK")
	})
}

// A rule sees the text of a message that the host sent, and the message centre
// refuses, loses and doubles as it is told.
func TestTheMessageCentre(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(`expect 30s sms:sent +15550100 "OK 15*"`))
		d.textMode(t)
		d.sendText(t, "+15550100", "OK 15 done")
		d.run(t, "sms centre refuse 42")
		d.expectPrompt(t, "+15550100")
		d.type_(t, "no\x1a")
		d.want(t, "refused", frames("+CMS ERROR: 42"))
		for behaviour, stored := range map[string]int{"lose": 0, "twice": 2, "accept": 1} {
			d.run(t, "sms centre "+behaviour)
			d.sendText(t, "+12025550100", "to myself")
			if s := d.modem.State().Messages; s.Stored != stored {
				t.Errorf("%s: %+v", behaviour, s)
			}
			d.ok(t, "AT+CMGD=1,4")
		}
		d.wantPassed(t)
	})
}

// A message of the cell is told when +CNMI wants it and +CSCB accepts its kind, in both modes.
func TestMessagesOfTheCell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.textMode(t)
		silent := func(why string) {
			t.Helper()
			d.run(t, "sms cell 50 Snow")
			d.want(t, why, "")
			d.wantNote(t, "message of the cell lost: "+why)
		}
		silent("the value bm of +CNMI is 0")
		d.ok(t, "AT+CNMI=2,1,2")
		silent("+CSCB does not accept the kind 50 in the coding 15")
		d.expect(t, `AT+CSCB=0,"40-50,,"`, "+CMS ERROR: 305")
		d.expect(t, `AT+CSCB=0,"","256"`, "+CMS ERROR: 305")
		for set, accepted := range map[string]bool{
			`0,"40-60,922"`: true, `0,"","15"`: true, `0,"50","0-14"`: false, `1`: true, `1,"50"`: false, `1,"","15"`: false, `0,"51"`: false,
		} {
			d.ok(t, "AT+CSCB="+set)
			d.run(t, "sms cell 50 Snow")
			if got := string(d.host.take()); strings.HasSuffix(got, ",50,15,1,1\r\nSnow\r\n") != accepted {
				t.Errorf("%s: %q", set, got)
			}
		}
		d.ok(t, `AT+CSCB=0,"50"`)
		d.ok(t, "AT+CMGF=0")
		d.run(t, "sms cell 50 Snow")
		if got := string(d.host.take()); !strings.HasPrefix(got, "\r\n+CBM: 88\r\n") || len(got) != len("\r\n+CBM: 88\r\n\r\n")+2*88 {
			t.Errorf("%q", got)
		}
		d.ok(t, "AT+CMGF=1;+CSCS=\"UCS2\"")
		d.run(t, "sms cell 50 "+strings.Repeat("ж", 42))
		got := string(d.host.take())
		if first, second := strings.Index(got, ",50,72,1,2\r\n0436"), strings.Index(got, ",50,72,2,2\r\n0436\r\n"); first < 0 || second < first {
			t.Errorf("%q", got)
		}
		d.run(t, "network searching")
		silent("the module is not registered")
	})
}
