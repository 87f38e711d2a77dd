package messages

import (
	"strings"
	"testing"
	"time"

	"github.com/warthog618/sms/encoding/tpdu"
)

var when = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// A text is as many messages as the standards say, and comes out of them as it
// went in, in whatever order they come.
func TestTextsAndTheirParts(t *testing.T) {
	for _, c := range []struct {
		text  string
		parts int
	}{
		{"", 1},
		{strings.Repeat("a", 160), 1},
		{strings.Repeat("a", 161), 2},
		{strings.Repeat("a", 2*153), 2},
		{strings.Repeat("a", 2*153+1), 3},
		{strings.Repeat("€", 80), 1},
		{strings.Repeat("€", 81), 2},
		{strings.Repeat("ж", 70), 1},
		{strings.Repeat("ж", 71), 2},
		{"[{~}] € äöüß", 1},
		{strings.Repeat("😀", 36), 2},
	} {
		pdus, err := Compose(Address{TOA: International, Addr: "15550100"}, c.text, 7, when)
		if err != nil || len(pdus) != c.parts {
			t.Errorf("%.20q: %d parts, %v, want %d", c.text, len(pdus), err, c.parts)
			continue
		}
		var j Joiner
		for i := range pdus {
			p, err := ParsePDU(pdus[len(pdus)-1-i].String())
			if err != nil {
				t.Fatal(err)
			}
			m, err := p.From()
			if err != nil {
				t.Fatal(err)
			}
			text, whole := j.Add("+15550100", m)
			if whole != (i == len(pdus)-1) || whole && text != c.text {
				t.Errorf("%.20q: after %d of %d parts: %.20q, %t", c.text, i+1, c.parts, text, whole)
			}
		}
	}
}

// National tables have the numbers of 23.040: 25 (hex) for the alphabet, 24 for its extension.
func TestNationalTables(t *testing.T) {
	for _, c := range []struct {
		element byte
		septets []byte
		want    string
	}{
		{0x25, []byte{0x40, 0x1d}, "İş"},
		{0x24, []byte{0x1b, 0x67}, "ğ"},
		{0x19, []byte{0x40}, "¡"}, // 25 in decimal is another element
	} {
		m := &TPDU{Direction: tpdu.MO, UDH: tpdu.UserDataHeader{{ID: c.element, Data: []byte{1}}}, UD: c.septets}
		if got := Text(m); got != c.want {
			t.Errorf("element %02x: %q, want %q", c.element, got, c.want)
		}
	}
}

// A message of a cell is as many pages as its text needs, each of 88 octets, and the pages together
// are the text.
func TestPagesOfACell(t *testing.T) {
	for text, count := range map[string]int{
		"Snow tonight": 1, strings.Repeat("a", 93): 1, strings.Repeat("a", 94): 2, strings.Repeat("a", 92) + "€": 2,
		strings.Repeat("ж", 41): 1, strings.Repeat("ж", 42): 2, strings.Repeat("a", 15*93): 15,
	} {
		pages, err := Broadcast(0x120, 50, text)
		if err != nil || len(pages) != count {
			t.Errorf("%.20q: %d pages, %v, want %d", text, len(pages), err, count)
			continue
		}
		shown := ""
		for i, p := range pages {
			octets := p.Octets()
			if head := []byte{0x01, 0x20, 0, 50, byte(p.Coding), byte((i+1)<<4 | count)}; len(octets) != 88 || string(octets[:6]) != string(head) {
				t.Errorf("%.20q: page %d is % x", text, i+1, octets)
			}
			shown += UCS2.ShowPage(p)
		}
		if want := UCS2.Show(text); shown != want {
			t.Errorf("%.20q is shown as %s, want %s", text, shown, want)
		}
	}
	for _, text := range []string{"", strings.Repeat("a", 15*93+1)} {
		if _, err := Broadcast(1, 50, text); err == nil {
			t.Errorf("%d characters are a message of a cell", len(text))
		}
	}
}

// A text in text mode whose first octet says that it has a header needs one.
func TestAnEmptyHeader(t *testing.T) {
	p := Parameters{First: 81, Validity: "167", Coding: 4}
	if _, err := p.Submit(Address{TOA: Unknown, Addr: "123"}, "0041", GSM); err == nil {
		t.Error("a header without elements is taken")
	}
	if _, err := p.Submit(Address{TOA: Unknown, Addr: "123"}, "0500030702014142", GSM); err != nil {
		t.Error(err)
	}
}

// What a PDU is read from, if anything, is what it is written as.
func FuzzPDU(f *testing.F) {
	for _, s := range []string{
		"", "00", "001", "0011000B915155050101F00000AA0AE8329BFD4697D9EC37", "07912120550591F90408915155100000006211622084740005E8329BFD06",
		"0006010B915155050101F0621162208474006211622084740000", "0051000B915155050101F00008AA0C05000307020100680065", "00710000000007000C001000000000000000000000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, digits string) {
		p, err := ParsePDU(digits)
		if err != nil {
			return
		}
		if q, err := ParsePDU(p.String()); err != nil || string(q.TPDU) != string(p.TPDU) {
			t.Errorf("%s is written as %s: %v", digits, p, err)
		}
		if m, err := p.From(); err == nil {
			var j Joiner
			j.Add("1", m)
			Class(m)
			if !IsReport(m) {
				GSM.ShowText(p, m)
				UCS2.ShowText(p, m)
			}
		}
		if m, err := p.To(); err == nil {
			p.ShowValidity()
			IRA.ShowText(p, m)
			if d, err := Deliver(m, Address{TOA: Unknown, Addr: "1"}, when); err == nil {
				if _, err := d.From(); err != nil {
					t.Errorf("%s is delivered as %s: %v", digits, d, err)
				}
			}
		}
	})
}
