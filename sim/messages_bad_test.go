package sim_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// goodPDU is a message of 21 octets to +15550100.
const goodPDU = "0011000891515510000000AA0AE8329BFD4697D9EC37"

// A badMessage is what the host sends of a message that cannot be sent or written.
type badMessage struct {
	name    string
	mode    string // the lines before
	command string
	typed   string // at the prompt, which does not come when it is ""
	want    string
}

var badMessages = []badMessage{
	{"a PDU that is too short for its length", "", "+CMGS=22", goodPDU + "\x1a", "+CMS ERROR: 304"},
	{"a PDU that is too long for its length", "", "+CMGS=20", goodPDU + "\x1a", "+CMS ERROR: 304"},
	{"an odd number of digits", "", "+CMGS=21", goodPDU[1:] + "\x1a", "+CMS ERROR: 304"},
	{"no digits at all", "", "+CMGW=21", "hello\x1a", "+CMS ERROR: 304"},
	{"nothing", "", "+CMGW=21", "\x1a", "+CMS ERROR: 304"},
	{"a message from the network", "", "+CMGS=20", "0004069121436500006210102143650005E8329BFD06\x1a", "+CMS ERROR: 304"},
	{"a text that is cut off", "", "+CMGW=19", goodPDU[:len(goodPDU)-4] + "\x1a", "+CMS ERROR: 304"},
	{"a PDU of 5000 digits", "", "+CMGW=21", strings.Repeat("0", 5000) + "\x1a", "+CMS ERROR: 304"},
	{"a number in PDU mode", "", `+CMGS="+15550100"`, "", "ERROR"},
	{"a length in text mode", "+CMGF=1", "+CMGS=21", "", "ERROR"},
	{"a number that is none", "+CMGF=1", `+CMGS="+1555x"`, "", "+CMS ERROR: 305"},
	{"no number", "+CMGF=1", `+CMGS=""`, "", "+CMS ERROR: 305"},
	{"161 characters", "+CMGF=1", `+CMGW="+15550100"`, strings.Repeat("a", 161) + "\x1a", "+CMS ERROR: 305"},
	{"a state that no message of the host has", "", "+CMGW=21,1", "", "+CMS ERROR: 302"},
	{"no address of the message centre", `+CSCA=""`, "+CMGS=21", goodPDU + "\x1a", "+CMS ERROR: 330"},
	{"ESC", "", "+CMGW=21", goodPDU + "\x1b", "OK"},
	{"place 0", "", "+CMGR=0", "", "+CMS ERROR: 321"},
	{"an empty place", "", "+CMGR=2", "", "+CMS ERROR: 321"},
	{"a place behind the last", "", "+CMGR=4", "", "+CMS ERROR: 321"},
	{"a place above 255", "", "+CMGR=256", "", "ERROR"},
	{"to delete place 0", "", "+CMGD=0", "", "+CMS ERROR: 321"},
	{"to delete behind the last place", "", "+CMGD=4", "", "+CMS ERROR: 321"},
	{"to delete with a flag that there is not", "", "+CMGD=1,5", "", "ERROR"},
	{"to send an empty place", "", "+CMSS=3", "", "+CMS ERROR: 321"},
	{"to send what was received", "", "+CMSS=1", "", "+CMS ERROR: 302"},
	{"to list a state that there is not", "", "+CMGL=5", "", "ERROR"},
	{"to list a state of the other mode", "+CMGF=1", "+CMGL=4", "", "ERROR"},
	{"a memory that the module has not", "", `+CPMS="ME"`, "", "ERROR"},
}

// What cannot be sent or written gets the error of the manual, is sent to nobody and leaves the
// memory as it was, and the modem takes the next command.
func TestBadMessages(t *testing.T) {
	for _, c := range badMessages {
		t.Run(c.name, func(t *testing.T) { bubble(t, func(t *testing.T) { c.run(t) }) })
	}
}

func (c badMessage) run(t *testing.T) {
	d := startModem(t, with(t, "sms-store 3"), sim.Observe(func(e sim.Event) {
		if e.Kind == scenarios.EventSMSSent || e.Kind == scenarios.EventSMSDeleted {
			t.Errorf("%s happened", e)
		}
	}))
	d.ok(t, "ATE0")
	d.run(t, "sms +15550100 kept")
	d.ok(t, "AT+CMGL=4") // it is read then
	before := d.messages(t)
	if c.mode != "" {
		d.ok(t, "AT"+c.mode)
	}
	d.type_(t, "AT"+c.command+"\r")
	if c.typed != "" {
		d.want(t, c.command, "\r\n> ")
		d.type_(t, c.typed)
	}
	d.want(t, c.command, frames(c.want))
	d.ok(t, "AT+CMGF=0")
	if after := d.messages(t); after != before {
		t.Errorf("before it was %q, after it %q", before, after)
	}
}

// messages is what the memory holds, in PDU mode.
func (d *dialog) messages(t *testing.T) string {
	t.Helper()
	return d.ask(t, "AT+CMGL=4") + d.ask(t, "AT+CPMS?")
}

// A memory that is full takes nothing that the host writes, and still sends.
func TestAFullMemoryTakesNothingWritten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "sms-store 1"))
		d.textMode(t)
		d.run(t, "sms +15550100 kept")
		d.type_(t, "AT+CMGW=\"+15550101\"\r")
		d.want(t, "+CMGW", "\r\n> ")
		d.type_(t, "written\x1a")
		d.want(t, "a memory that is full", frames("+CMS ERROR: 322"))
		d.sendText(t, "+15550101", "sent")
		if s := d.modem.State().Messages; s != (sim.Messages{Stored: 1, Unread: 1}) {
			t.Errorf("%+v", s)
		}
	})
}

// finalOnly is one final result and nothing else.
var finalOnly = regexp.MustCompile(`^\r\n(OK|ERROR|\+CMS ERROR: [0-9]+)\r\n$`)

// FuzzPrompt: whatever is typed at a prompt, in either mode and any character set, has one final
// result, and the memory holds as many messages more as the host was told.
func FuzzPrompt(f *testing.F) {
	for mode, text := range []string{goodPDU + "\x1a", "hello\x1a", "00480069\x1a", goodPDU + "\x1b", "a\x08\x1aAT\r", "\n>\x00\xff\x1b"} {
		f.Add(uint8(mode), text)
	}
	f.Fuzz(func(t *testing.T, mode uint8, typed string) {
		synctest.Test(t, func(t *testing.T) {
			d := startModem(t)
			d.ok(t, "ATE0")
			d.ok(t, fmt.Sprintf("AT+CMGF=%d;+CSCS=%q;+CSMP=,,,%d", mode&1, []string{"GSM", "IRA", "UCS2"}[mode>>1%3], mode>>3&0xc))
			command := []string{"AT+CMGW=21", `AT+CMGW="0031003500350035"`}[mode&1]
			d.type_(t, command+"\r")
			if got := string(d.host.take()); got != "\r\n> " {
				return // the number is none in this character set
			}
			end := strings.IndexAny(typed, "\x1a\x1b")
			if end >= 0 {
				typed = typed[:end+1]
			}
			d.type_(t, typed)
			d.type_(t, "\x1b")
			pass(time.Minute)
			got := string(d.host.take())
			written := strings.HasPrefix(got, "\r\n+CMGW: 1\r\n")
			if written {
				got = strings.TrimPrefix(got, "\r\n+CMGW: 1\r\n")
			}
			if !finalOnly.MatchString(got) || written && got != frames("OK") {
				t.Errorf("%q is answered by %q", typed, got)
			}
			if stored := d.modem.State().Messages.Stored; (stored == 1) != written {
				t.Errorf("%q: %d messages, and the host was told %t", typed, stored, written)
			}
			d.expect(t, "AT", "OK")
		})
	})
}
