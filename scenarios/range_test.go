package scenarios

import (
	"strings"
	"testing"
)

func TestRanges(t *testing.T) {
	low := func(low, _ int64) int64 { return low }
	high := func(_, high int64) int64 { return high }
	for _, c := range []struct{ rule, low, high string }{
		{"on ftp:data@1000..15000 first 3 cut", "on ftp:data@1000 first 3 cut", "on ftp:data@15000 first 3 cut"},
		{"on ftp:data@10%..90% once cut", "on ftp:data@10% once cut", "on ftp:data@90% once cut"},
		{"on ftp:data@10..90% once cut 5..6", "on ftp:data@10% once cut 5", "on ftp:data@90% once cut 6"},
		{"on AT+CPAS or ftp:data@1..2 stall 1s..2m", "on AT+CPAS or ftp:data@1 stall 1s", "on AT+CPAS or ftp:data@2 stall 2m0s"},
		{"at 1s..1500ms ring 1..3", "at 1s ring 1", "at 1.5s ring 3"},
		{"each 10s..20s log 1..3", "each 10s log 1..3", "each 20s log 1..3"},
		{"on AT+CSQ delay final 1s..3s", "on AT+CSQ delay final 1s", "on AT+CSQ delay final 3s"},
		{"gprs down 1us..3us", "gprs down 1µs", "gprs down 3µs"},
		{"cut 0..9223372036854775807", "cut 0", "cut 9223372036854775807"},
		{"forbid 1s..2s ftp:data@5..6 until ftp:data@7..8", "forbid 1s ftp:data@5 until ftp:data@7", "forbid 2s ftp:data@6 until ftp:data@8"},
		{"file a.bin 100..200 hostile", "file a.bin 100 hostile", "file a.bin 200 hostile"},
		{"cut 5", "cut 5", "cut 5"},
	} {
		r := mustParse(t, c.rule).Rules[0]
		if got := r.Draw(TheTrigger, low).Draw(TheAction, low).Text; got != c.low {
			t.Errorf("%s: lowest %s", c.rule, got)
		}
		if got := r.Draw(TheAction, high).Draw(TheTrigger, high); got.Text != c.high || got.Where() != "x.scn:1" {
			t.Errorf("%s: highest %s at %s", c.rule, got.Text, got.Where())
		}
	}
	for rule, want := range map[string]string{
		"on ftp:data@9..3 cut":     `ftp:data: "9..3" is not a range of bytes such as 1000..15000`,
		"on ftp:data@1..x cut":     `ftp:data@x: "x" is not a number of bytes or a percentage`,
		"on ftp:data@1..101% cut":  `ftp:data@101%: "101%" is not a number of bytes or a percentage`,
		"on host:idle@1s..2s ring": `host:idle: "1s..2s" is not a range of bytes such as 1000..15000`,
		"cut 9..3":                 `cut: bytes: "9..3" is not a range of numbers in 0..9223372036854775807`,
		"ring 1..9999":             `ring: rings: "1..9999" is not a range of numbers in 1..1000`,
		"stall 5s..1s":             `stall: "5s..1s" is not a range of times such as 5s..20s`,
		"on boot first 1..3 ring":  `first: "1..3" is not in 1..2147483647`,
		"expect 5s exit 0..3":      `expect: unexpected "0..3"`,
	} {
		_, err := Parse("x.scn", strings.NewReader(rule))
		if err == nil || !strings.HasPrefix(err.Error(), "x.scn:1: "+want) {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
}
