package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

func TestLoops(t *testing.T) {
	for _, c := range []struct{ rules, want string }{
		{"on gprs:active gprs down\non gprs:inactive gprs up", "x.scn:1: this rule and x.scn:2 may set each other off without end"},
		{"on network:home network searching\nlog a\non network:searching network home", "x.scn:1: this rule and x.scn:3 may set each other off without end"},
		{"on sim:absent sim ready\non sim:ready sim absent", "x.scn:1: this rule and x.scn:2 may set each other off without end"},
		{"on boot reset", "x.scn:1: this rule may set itself off without end"},
		{"on down power on\non boot power off", "x.scn:1: this rule and x.scn:2 may set each other off without end"},
		{"set timing field\non down power on\non boot power off", ""},
		{"set timing field\non down reset", "x.scn:2: this rule may set itself off without end"},
		{"on gprs:active or sim:busy gprs down\non network:home or gprs:inactive gprs up", "x.scn:1: this rule and x.scn:2 may set each other off without end"},
		{"on boot from 3 reset silent", "x.scn:1: this rule may set itself off without end"},
		{"on AT+CSQ type AT+CSQ\\r", "x.scn:1: this rule may set itself off without end"},
		{"on gprs:active log a\nthen gprs down\non gprs:inactive gprs up", "x.scn:1: this rule and x.scn:2, x.scn:3 may set each other off without end"},
		{"on gprs:active gprs down\non gprs:inactive log a\nthen 10us gprs up", "x.scn:1: this rule and x.scn:2, x.scn:3 may set each other off without end"},
		{"on gprs:active once gprs down\non gprs:inactive gprs up", ""},
		{"on gprs:active gprs down silent\non gprs:inactive gprs up", ""},
		{"on gprs:active gprs down\non gprs:inactive log a\nthen 1s gprs up", ""},
		{"set timing field\non boot reset", ""},
		{"on AT+CSQ type AT+CREG?\\r", ""},
		{"on gprs:active p 0.5 gprs down\non gprs:inactive gprs up", ""},
	} {
		script, err := Parse("x.scn", strings.NewReader(c.rules))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, err := range script.Loops() {
			got = append(got, err.Error())
		}
		if c.want == "" && got != nil || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%q: %q, want %q", c.rules, got, c.want)
		}
	}
}

// No scenario that comes with the program loops.
func TestShippedScenariosDoNotLoop(t *testing.T) {
	for _, name := range Shipped() {
		script, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if loops := script.Loops(); loops != nil {
			t.Errorf("%s: %v", name, loops)
		}
	}
}

func TestCheckPeriods(t *testing.T) {
	for _, c := range []struct {
		rules string
		speed float64
		want  string
	}{
		{"each 1ms log x", 1, ""},
		{"each 1s log x", 1000, ""},
		{"log y\neach 100us log x", 1, "x.scn:2: each 100µs is too short at 1 times the speed (at least 1ms of real time, here each 1ms)"},
		{"each 10ms log x", 1000, "x.scn:1: each 10ms is too short at 1000 times the speed (at least 1ms of real time, here each 1s)"},
		{"log y\nthen each 1ns log x", 1, "x.scn:2: each 1ns is too short at 1 times the speed (at least 1ms of real time, here each 1ms)"},
	} {
		script, err := Parse("x.scn", strings.NewReader(c.rules))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := script.CheckPeriods(c.speed); err != nil {
			got = fmt.Sprint(err)
		}
		if got != c.want {
			t.Errorf("%q at %g: %q, want %q", c.rules, c.speed, got, c.want)
		}
	}
}
