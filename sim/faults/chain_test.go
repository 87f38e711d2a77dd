package faults

import (
	"errors"
	"testing"
)

// mark puts its letter behind what passes, and answers the FTP command of its name.
type mark string

func (m mark) Input(sent []byte) []byte { return append(sent, m...) }
func (m mark) Reply(r Reply) []Reply {
	return []Reply{{Part: r.Part, Bytes: append(r.Bytes, m...)}, {Part: r.Part, Bytes: []byte(m)}}
}
func (m mark) Data(d Direction, offset int64, chunk []byte) []byte { return append(chunk, m...) }
func (m mark) Command(verb, _ string) Answer {
	if verb == string(m) {
		return Answer{Code: 500, Text: "500 " + verb}
	}
	return Answer{}
}

// Each fault sees what the one before it returned; the first that answers an FTP command decides.
func TestChain(t *testing.T) {
	var c Chain
	c.Add(mark("A"))
	c.Add(None{})
	c.Add(mark("B"))
	c.Add(onlyWire{})
	c.Add("no fault at all")
	if got := string(c.Input([]byte("x"))); got != "xAB" {
		t.Errorf("input %q", got)
	}
	if got := string(c.Data(FromHost, 3, []byte("x"))); got != "xAB" {
		t.Errorf("data %q", got)
	}
	var replies []string
	for _, r := range c.Reply(Reply{Part: Echo, Bytes: []byte("x")}) {
		replies = append(replies, string(r.Bytes))
	}
	if len(replies) != 4 || replies[0] != "xAB" || replies[1] != "B" || replies[2] != "AB" || replies[3] != "B" {
		t.Errorf("replies %q", replies)
	}
	for verb, want := range map[string]Answer{"A": {Code: 500, Text: "500 A"}, "B": {Code: 500, Text: "500 B"}, "C": {Err: errWire}, "D": {Err: errWire}} {
		if got := c.Command(verb, ""); got != want {
			t.Errorf("%s: %+v, want %+v", verb, got, want)
		}
	}
}

var errWire = errors.New("cut")

// onlyWire acts at one hook alone.
type onlyWire struct{}

func (onlyWire) Command(string, string) Answer { return Answer{Err: errWire} }

// The zero Chain changes nothing.
func TestNoFaults(t *testing.T) {
	var c Chain
	if got := string(c.Input([]byte("x"))) + string(c.Data(ToHost, 0, []byte("y"))); got != "xy" {
		t.Errorf("%q", got)
	}
	if got := c.Reply(Reply{Part: FinalResult, Bytes: []byte("z")}); len(got) != 1 || string(got[0].Bytes) != "z" || got[0].Part != FinalResult {
		t.Errorf("%+v", got)
	}
	if got := c.Command("RETR", "f"); got != (Answer{}) {
		t.Errorf("%+v", got)
	}
}
