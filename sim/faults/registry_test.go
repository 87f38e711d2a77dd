package faults

import (
	"strings"
	"testing"
	"time"
)

// words are the words of a line, for a test.
type words []string

func (w *words) More() bool { return len(*w) > 0 }

func (w *words) Peek() string {
	if len(*w) == 0 {
		return ""
	}
	return (*w)[0]
}

func (w *words) Word() string {
	word := w.Peek()
	*w = (*w)[min(1, len(*w)):]
	return word
}

func (w *words) Is(word string) bool {
	is := w.Peek() == word
	if is {
		w.Word()
	}
	return is
}

func (w *words) Number(string, int64, int64) (int64, error) { w.Word(); return 7, nil }
func (w *words) Duration() (time.Duration, error)           { return time.ParseDuration(w.Word()) }

func (w *words) Text() (string, error) {
	text := strings.Join(*w, " ")
	*w = nil
	return text, nil
}

// Every fault that a line of a row can make acts where the row says.
func TestRowsAndHooks(t *testing.T) {
	lines := map[string][]string{
		"delay": {"final 1s", "prompt 1s", "next"}, "drop": {"", "echo"}, "repeat": {""}, "truncate": {"7"}, "split": {"7", "info 7 1s"}, "garble": {"7"},
		"urc":  {"RING", "@echo RING", "@info+7 RING", "@final RING", "@after RING"},
		"lose": {"7"}, "double": {"7"}, "flip": {"7"}, "noise": {"7"},
		"ftp": {"RETR 550 No", "stor end none", "CONNECT refuse", "DATA timeout", "CONNECT 421 No", "421 Bye"},
	}
	for _, r := range Rows() {
		if r.Doc == "" || len(lines[r.Name]) == 0 {
			t.Errorf("%s: doc %q, %d lines to try", r.Name, r.Doc, len(lines[r.Name]))
		}
		for _, line := range lines[r.Name] {
			w := words(strings.Fields(line))
			f, err := r.Parse(&w)
			if hook, ok := HookOf(f); err != nil || !ok || hook != r.Hook || w.More() {
				t.Errorf("%s %s: %#v acts at %q, want %q; left over %q, error %v", r.Name, line, f, hook, r.Hook, w, err)
			}
		}
	}
}

// What is not a fault acts nowhere.
func TestHookOfOthers(t *testing.T) {
	for _, f := range []Fault{nil, 42, "lose", struct{ Command string }{"x"}} {
		if hook, ok := HookOf(f); ok {
			t.Errorf("%#v acts at %q", f, hook)
		}
	}
}

// A fault of the server acts on its own FTP command alone.
func TestWires(t *testing.T) {
	for _, c := range []struct {
		fault Wire
		verb  string
		want  Outcome
	}{
		{FTPReply{Verb: "RETR", Code: 550, Text: "No"}, "RETR", Outcome{Code: 550, Text: "No"}},
		{FTPReply{Verb: "STOR", Code: 452, Text: "Full", End: true}, "STOR", Outcome{Code: 452, Text: "Full", End: true}},
		{FTPShort{Verb: "STOR", At: 7, Code: 552, Text: "Full"}, "STOR", Outcome{Code: 552, Text: "Full", Short: true, At: 7}},
		{FTPSilent{Verb: "PASV"}, "PASV", Outcome{Silent: true}},
		{FTPSilent{Verb: "RETR", End: true}, "RETR", Outcome{Silent: true, End: true}},
		{FTPRefused{"DATA"}, "DATA", Outcome{Refused: true}},
		{FTPUnreachable{"CONNECT"}, "CONNECT", Outcome{Unreachable: true}},
	} {
		for _, verb := range append([]string{"CONNECT", "DATA"}, ftpVerbs...) {
			want := Outcome{}
			if verb == c.verb {
				want = c.want
			}
			if got := c.fault.Command(verb); got != want {
				t.Errorf("%#v and %s: %+v, want %+v", c.fault, verb, got, want)
			}
		}
	}
	closing := FTPClosing{"Bye"}
	if got, data := closing.Command("SIZE"), closing.Command("DATA"); got != (Outcome{Code: 421, Text: "Bye"}) || data != (Outcome{}) {
		t.Errorf("%+v: SIZE %+v, DATA %+v", closing, got, data)
	}
}
