package transcript_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/transcript"
)

// sameByJSON fails unless rows are the same when they were written as JSON and read.
func sameByJSON(t *testing.T, rows transcript.Rows) {
	t.Helper()
	text := rows.JSON()
	if n := strings.Count(text, "\n"); n != len(rows) {
		t.Fatalf("%d lines of %d rows:\n%s", n, len(rows), text)
	}
	again, err := transcript.ReadJSON("record", strings.NewReader(text))
	if err != nil || !slices.EqualFunc(again, rows, transcript.Row.Equal) {
		t.Fatalf("%v: rows\n%#v\nare\n%s\nand read\n%#v", err, rows, text, again)
	}
}

func TestJSON(t *testing.T) {
	var rows transcript.Rows
	for _, s := range samples {
		rows = append(rows, s.row)
	}
	rows = append(rows,
		transcript.Row{Kind: transcript.Failure, Where: "a b.scn:3", Text: "ä <&> \u2028"},
		transcript.Row{Dir: transcript.FromHost, Kind: transcript.Line, Text: "AT+X=***,***\r", Masked: []transcript.Span{{5, 8}, {9, 12}}},
		transcript.Row{At: 1000 * (1<<51 - 1)}, transcript.Row{At: at(1)})
	sameByJSON(t, rows)
}

// The page shows rows as they are.
func TestJSONIsAsDocumented(t *testing.T) {
	rows := transcript.Rows{
		{At: at(1743), Text: "host opens the port"},
		{At: at(1928), Dir: transcript.FromHost, Kind: transcript.Line, Text: "AT+AFTPPASS=***\r", Masked: []transcript.Span{{12, 15}}},
		{At: at(2119), Dir: transcript.ToHost, Kind: transcript.Line, Text: "\r\nOK\r\n"},
		{At: at(3000), Where: "my.scn:3", Text: "on AT+AFTPDATA once cut"},
		{At: at(472131), Kind: transcript.FTPSent, Text: "RETR fw.bin"},
		{At: at(474396), Dir: transcript.ToHost, Kind: transcript.Data, Length: 65536, Text: "offset 00000000\n"},
	}
	page, err := os.ReadFile("../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```json\n"+rows.JSON()+"```\n") {
		t.Errorf("docs/json.md does not show\n%s", rows.JSON())
	}
	for k := transcript.Note; k <= transcript.End; k++ {
		if !strings.Contains(string(page), "\n| `"+k.String()+"` |") {
			t.Errorf("docs/json.md does not describe the kind %s", k)
		}
	}
}

// Numbers are read as other programs write them, members that are not known are left alone.
func TestJSONOfOthers(t *testing.T) {
	for text, want := range map[string]transcript.Row{
		`{"at":1e-05,"dir":"note","kind":"note","text":"x","more":[1]}`: {At: at(10), Text: "x"},
		`{"at":2,"dir":"host","kind":"line","bytes":"\u00e4"}`:          {At: at(2e6), Dir: transcript.FromHost, Kind: transcript.Line, Text: "\xe4"},
	} {
		var got transcript.Row
		if err := json.Unmarshal([]byte(text), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s: %#v, %v", text, got, err)
		}
	}
}

func TestReadJSONSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                                   `"at" is ""`,
		`{"at":-1,"dir":"note","kind":"note"}`: `"at" is "-1"`,
		`{"at":1e300,"dir":"note","kind":"note"}`:                                   `"at" is "1e300"`,
		`{"at":1,"dir":"up","kind":"note"}`:                                         `"dir" is "up" (it is host, modem or note)`,
		`{"at":1,"dir":"note","kind":"notes"}`:                                      `"kind" is "notes" (it is one of note, failure, line,`,
		`{"at":1,"dir":"note","kind":"line","bytes":""}`:                            `a row of kind line needs the direction host or modem`,
		`{"at":1,"dir":"host","kind":"note","text":""}`:                             `a row of kind note has the direction note`,
		`{"at":1,"dir":"host","kind":"line","text":""}`:                             `a row of kind line has "bytes"`,
		`{"at":1,"dir":"host","kind":"line","bytes":"€"}`:                           `"bytes" has the character '€'`,
		`{"at":1,"dir":"note","kind":"end","text":"x"}`:                             `a row of kind end has no "text"`,
		`{"at":1,"dir":"host","kind":"data","bytes":"ab","offset":0,"length":3}`:    `2 bytes are shown of a piece of 0+3`,
		`{"at":1,"dir":"note","kind":"note","text":"a\nb"}`:                         `not UTF-8 on one line`,
		`{"at":1,"dir":"host","kind":"line","bytes":"ab","masked":[[1,4]]}`:         `the masked part 1 to 4`,
		`{"at":1,"dir":"host","kind":"line","bytes":"abcd","masked":[[2,3],[1,2]]}`: `the masked part 1 to 2`,
		`{"at":1,"dir":"note","kind":"end","length":3}`:                             `no offset and no length`,
		`{"at":1,"dir":"note","kind":"left-out"}`:                                   `0 rows cannot be left out`,
		`{"at":1,"dir":"note","kind":"end","where":"x:1"}`:                          `no line of a scenario`,
		`    0.000000 # end`:                                                        `invalid character`,
		"{\"at\":1,\"dir\":\"note\",\"kind\":\"note\",\"text\":\"\xff\"}":           `the row is not UTF-8`,
	} {
		in := `{"at":0,"dir":"note","kind":"end"}` + "\n" + text + "\n"
		if rows, err := transcript.ReadJSON("record.jsonl", strings.NewReader(in)); err == nil || !strings.HasPrefix(err.Error(), "record.jsonl:2: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v\nwant %s", text, rows, err, want)
		}
	}
}

// Whatever is read of JSON is the same when it is written and read again, and has text.
func FuzzJSON(f *testing.F) {
	for _, s := range samples {
		f.Add(transcript.Rows{s.row}.JSON())
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := transcript.ReadJSON("record", strings.NewReader(text))
		if err != nil {
			return
		}
		sameByJSON(t, rows)
		if _, err := transcript.ReadText("record", strings.NewReader(rows.String())); err != nil {
			t.Fatalf("%v: the text of\n%s\nis\n%s", err, text, rows)
		}
	})
}
