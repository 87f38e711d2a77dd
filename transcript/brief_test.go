package transcript_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/modemsim/modemsim/transcript"
)

func TestBrief(t *testing.T) {
	host := func(text string) transcript.Row {
		return transcript.Row{At: time.Millisecond, Dir: transcript.FromHost, Kind: transcript.Line, Text: text}
	}
	modem := func(text string) transcript.Row {
		return transcript.Row{At: time.Millisecond, Dir: transcript.ToHost, Kind: transcript.Line, Text: text}
	}
	long := strings.Repeat("log line\r\n", 400)
	for _, c := range []struct {
		rows transcript.Rows
		n    int
		want []string
	}{
		{nil, 3, nil},
		{transcript.Rows{host("AT\r"), modem("AT\r"), modem("\r\nOK\r\n")}, 3, []string{`    0.001000 > AT\r (echoed)`, `    0.001000 < \r\nOK\r\n`}},
		{transcript.Rows{host("AT\r"), modem("A"), modem("\r\nOK\r\n")}, 2, []string{`    0.001000 < A`, `    0.001000 < \r\nOK\r\n`}},
		{transcript.Rows{modem("AT\r"), host("AT\r")}, 3, []string{`    0.001000 < AT\r`, `    0.001000 > AT\r`}},
		{transcript.Rows{host("AT\r"), {Kind: transcript.Note, Text: "between"}, modem("AT\r")}, 1, []string{`    0.001000 < AT\r`}},
		{transcript.Rows{host(long), modem(long)}, 9, []string{`    0.001000 > log line\r\nlog line\r\nlog line\r\nlog line\r\nlog line ... (4000 bytes, echoed)`}},
		{transcript.Rows{modem(long)}, 9, []string{`    0.001000 < log line\r\nlog line\r\nlog line\r\nlog line\r\nlog line\r\nlog  ... (4000 bytes)`}},
		{transcript.Rows{modem(strings.Repeat("\xff", 50))}, 9, []string{`    0.001000 < ` + strings.Repeat(`\xFF`, 16) + ` ... (50 bytes)`}},
		{transcript.Rows{{Kind: transcript.Note, Text: strings.Repeat("ä", 100)}}, 9, []string{`    0.000000 # ` + strings.Repeat("ä", 65) + ` ... (200 bytes)`}},
	} {
		got := c.rows.Brief(c.n)
		if !slices.Equal(got, c.want) {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
		for _, line := range got {
			if utf8.RuneCountInString(line) > 96 || !utf8.ValidString(line) {
				t.Errorf("%d columns: %q", utf8.RuneCountInString(line), line)
			}
		}
	}
}
