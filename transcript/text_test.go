package transcript_test

import (
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/transcript"
)

// at is a time of so many microseconds.
func at(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// samples are rows of every kind, and their text.
var samples = []struct {
	text string
	row  transcript.Row
}{
	{"    0.001743 # host opens the port", transcript.Row{At: at(1743), Text: "host opens the port"}},
	{`    0.001928 > AT+CSQ\r`, transcript.Row{At: at(1928), Dir: transcript.FromHost, Kind: transcript.Line, Text: "AT+CSQ\r"}},
	{`    0.001991 < \r\n+CSQ: 25,99\r\n`, transcript.Row{At: at(1991), Dir: transcript.ToHost, Kind: transcript.Line, Text: "\r\n+CSQ: 25,99\r\n"}},
	{`    2.000000 < \x00\\\x7F\xE4~`, transcript.Row{At: at(2e6), Dir: transcript.ToHost, Kind: transcript.Line, Text: "\x00\\\x7f\xe4~"}},
	{`    0.474396 < data 0+65536 offset 00000000\n`, transcript.Row{At: at(474396), Dir: transcript.ToHost, Kind: transcript.Data, Length: 65536, Text: "offset 00000000\n"}},
	{`12345.000001 > data 65536+3 \x00 \r`, transcript.Row{At: at(12345000001), Dir: transcript.FromHost, Kind: transcript.Data, Offset: 65536, Length: 3, Text: "\x00 \r"}},
	{`123456.000001 > `, transcript.Row{At: at(123456000001), Dir: transcript.FromHost, Kind: transcript.Line}},
	{`    0.472131 # ftp > SIZE firmware.bin`, transcript.Row{At: at(472131), Kind: transcript.FTPSent, Text: "SIZE firmware.bin"}},
	{`    0.472131 # ftp < 213 \xE4`, transcript.Row{At: at(472131), Kind: transcript.FTPReceived, Text: "213 \xe4"}},
	{`    1.000000 # dropped, nobody has the port open: \r\nOK\r\n`, transcript.Row{At: at(1e6), Kind: transcript.Dropped, Text: "\r\nOK\r\n"}},
	{`    1.000000 # a b.scn:3: on AT+CSQ once drop`, transcript.Row{At: at(1e6), Text: "a b.scn:3: on AT+CSQ once drop"}},
	{`    1.000000 # x.scn:3: on AT+CSQ once drop`, transcript.Row{At: at(1e6), Where: "x.scn:3", Text: "on AT+CSQ once drop"}},
	{`    1.000000 # C:\x.scn:3: log ä: \q`, transcript.Row{At: at(1e6), Where: `C:\x.scn:3`, Text: `log ä: \q`}},
	{`    1.000000 # x.scn:03: log`, transcript.Row{At: at(1e6), Text: "x.scn:03: log"}},
	{`    1.000000 # the run is over: x.scn:7: pass`, transcript.Row{At: at(1e6), Text: "the run is over: x.scn:7: pass"}},
	{`    1.000000 # another scenario is loaded`, transcript.Row{At: at(1e6), Kind: transcript.Loaded}},
	{`    1.000000 # 976 rows are left out here: they were read too slowly`, transcript.Row{At: at(1e6), Kind: transcript.LeftOut, Length: 976}},
	{`    1.000000 # end`, transcript.Row{At: at(1e6), Kind: transcript.End}},
	{`    1.000000 # `, transcript.Row{At: at(1e6)}},
	// What looks like another kind and is not.
	{`    1.000000 > data 0+9 abc`, transcript.Row{At: at(1e6), Dir: transcript.FromHost, Kind: transcript.Line, Text: "data 0+9 abc"}},
	{`    1.000000 > data 00+3 abc`, transcript.Row{At: at(1e6), Dir: transcript.FromHost, Kind: transcript.Line, Text: "data 00+3 abc"}},
	{`    1.000000 # ftp > \q`, transcript.Row{At: at(1e6), Text: `ftp > \q`}},
	{`    1.000000 # 0 rows are left out here: they were read too slowly`, transcript.Row{At: at(1e6), Text: "0 rows are left out here: they were read too slowly"}},
	{`    1.000000 # the end`, transcript.Row{At: at(1e6), Text: "the end"}},
}

func TestText(t *testing.T) {
	for _, s := range samples {
		if got := s.row.String(); got != s.text {
			t.Errorf("%#v is written %q, want %q", s.row, got, s.text)
		}
		if got, err := transcript.ParseText(s.text); err != nil || !got.Equal(s.row) {
			t.Errorf("%q is read %#v, %v, want %#v", s.text, got, err, s.row)
		}
	}
}

// A failure is written as a note of its line of the scenario. Line feeds and what is not UTF-8 do
// not break a row.
func TestTextOfWhatCannotBeReadBack(t *testing.T) {
	for want, row := range map[string]transcript.Row{
		"    0.000000 # x.scn:3: forbidden, but it came": {Kind: transcript.Failure, Where: "x.scn:3", Text: "forbidden, but it came"},
		"    0.000000 # one; two":                        {Text: "one\ntwo"},
		"    0.000000 # a\uFFFDb":                        {Text: "a\xffb"},
		"    0.000002 # ":                                {At: 1500},
	} {
		if got := row.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestReadTextSaysWhatIsWrong(t *testing.T) {
	const good = "    0.000000 # x\n"
	for text, want := range map[string]string{
		good + "hello\n":     `record.txt:2: a row begins with seconds such as 1.250000, not with "hello"`,
		good + "\n":          `record.txt:2: a row begins with seconds such as 1.250000, not with ""`,
		"    0.00 # x\n":     `record.txt:1: a row begins with seconds such as 1.250000, not with "0.00"`,
		"    0.000000 = x\n": `record.txt:1: no ">", "<" or "#" and a blank behind the time`,
		"    0.000000 #\n":   `record.txt:1: no ">", "<" or "#" and a blank behind the time`,
		"0.000000 # x\n":     `record.txt:1: a transcript has this row as "    0.000000 # x"`,
		good + good + `    0.000000 > \q\r` + "\n": `record.txt:3: unknown escape "\\q\\r" at byte 0 (it is \r, \n, \\ or \xHH)`,
		`    0.000000 > a\x4` + "\n":               `record.txt:1: unknown escape "\\x4" at byte 1 (it is \r, \n, \\ or \xHH)`,
		"    0.000000 > a\tb\n":                    `record.txt:1: "\t" at byte 1 does not print (write \x09)`,
		`    0.000000 > \x41` + "\n":               `record.txt:1: a transcript has this row as "    0.000000 > A"`,
		`    0.000000 > \xe4` + "\n":               `record.txt:1: a transcript has this row as "    0.000000 > \\xE4"`,
		"    0.000000 # \xff\n":                    `record.txt:1: the row is not UTF-8`,
		good + "    0.000000 # no line feed":       `record.txt:2: the transcript breaks off within this row`,
		"4000000000.000000 # x\n":                  `record.txt:1: the time is not between 0 and 2251799814 seconds`,
	} {
		if rows, err := transcript.ReadText("record.txt", strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v\nwant %s", text, rows, err, want)
		}
	}
}

// Whatever is read is written as it was, as text and by way of JSON.
func FuzzText(f *testing.F) {
	var all strings.Builder
	for _, s := range samples {
		f.Add(s.text + "\n")
		all.WriteString(s.text + "\n")
	}
	f.Add(all.String())
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := transcript.ReadText("record", strings.NewReader(text))
		if err != nil {
			return
		}
		if got := rows.String(); got != text {
			t.Fatalf("%q is written %q", text, got)
		}
		sameByJSON(t, rows)
	})
}
