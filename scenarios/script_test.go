package scenarios

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func mustParse(t *testing.T, text string) *Script {
	t.Helper()
	sc, err := Parse("x.scn", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestParse(t *testing.T) {
	sc := mustParse(t, "# world\n\n \t\n  # set signal 1\nset signal 18\r\n\tset \t operator   My  Net # 1\nset apn\nset apn \n set ip-error ERROR: <id>")
	want := []Rule{
		{File: "x.scn", Line: 5, Text: "set signal 18", Action: Action{"set", SetAction{"signal", "18", 0}}},
		{File: "x.scn", Line: 6, Text: "set operator My  Net # 1", Action: Action{"set", SetAction{"operator", "My  Net # 1", 0}}},
		{File: "x.scn", Line: 7, Text: "set apn", Action: Action{"set", SetAction{"apn", "", 0}}},
		{File: "x.scn", Line: 8, Text: "set apn", Action: Action{"set", SetAction{"apn", "", 0}}},
		{File: "x.scn", Line: 9, Text: "set ip-error ERROR: <id>", Action: Action{"set", SetAction{"ip-error", "ERROR: <id>", 0}}},
	}
	if len(sc.Rules) != len(want) {
		t.Fatalf("%d rules, want %d", len(sc.Rules), len(want))
	}
	for i, r := range sc.Rules {
		if *r != want[i] {
			t.Errorf("rule %d is %+v, want %+v", i, *r, want[i])
		}
	}
	s := Default()
	if err := sc.Apply(&s); err != nil {
		t.Fatal(err)
	}
	expected := Default()
	expected.Signal, expected.Operator, expected.IPError = 18, "My  Net # 1", "ERROR: <id>"
	if s != expected {
		t.Errorf("settings\n%+v\nwant\n%+v", s, expected)
	}
}

func TestPrint(t *testing.T) {
	got := mustParse(t, "# comment\n  set\tsignal   18\n\nset apn").String()
	if want := "set signal 18\nset apn\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if got := (&Script{}).String(); got != "" {
		t.Errorf("an empty script printed %q", got)
	}
}

func TestParseErrors(t *testing.T) {
	longest := "#" + strings.Repeat("x", maxLine-1)
	for text, want := range map[string]string{
		"# fine\nsett signal 1": `x.scn:2: unknown verb "sett" (did you mean "set"?)`,
		"SET signal 1":          `x.scn:1: unknown verb "SET" (words are in lower case: set)`,
		"set":                   `x.scn:1: set: a setting is missing (set KEY VALUE)`,
		"set \t":                `x.scn:1: set: a setting is missing (set KEY VALUE)`,
		"set signal":            `x.scn:1: set: signal: "" is not a number (0..31 or 99)`,
		"set signal=18":         `x.scn:1: set: unknown setting "signal=18" (did you mean "signal"?)`,
		"set signal 18 # weak":  `x.scn:1: set: signal: "18 # weak" is not a number (0..31 or 99)`,
		"set signal 18 ":        `x.scn:1: set: signal: "18 " has blanks around it (write "18")`,
		"set signal 1\n\n\nset sinal 1\nset ber 1": `x.scn:4: set: unknown setting "sinal" (did you mean "signal"?)`,
		"# old Mac\rset signal 1\r":                `x.scn:1: control character 0x0D at byte 10 (a line is plain text)`,
		"set apn a\x00":                            `x.scn:1: control character 0x00 at byte 10 (a line is plain text)`,
		"\x7f":                                     `x.scn:1: control character 0x7F at byte 1 (a line is plain text)`,
		longest + "x":                              `x.scn:1: line too long (at most 4096 bytes)`,
		longest + "\n" + strings.Repeat("x", 1<<20): `x.scn:2: line too long (at most 4096 bytes)`,
	} {
		sc, err := Parse("x.scn", strings.NewReader(text))
		if err == nil || err.Error() != want || sc != nil {
			t.Errorf("%.60q: script %v, error %v, want %s", text, sc, err, want)
		}
		var located *Error
		if !errors.As(err, &located) {
			t.Errorf("%.60q: error %T is no *Error", text, err)
		}
	}
	mustParse(t, longest+"\r\n"+longest)
}

// Each line that is wrong is told, up to some.
func TestEveryError(t *testing.T) {
	_, err := Parse("x.scn", strings.NewReader("set signl 1\nthen pass\n# fine\nset signal 1\non boot\nthen 5s pas\nexpect boot"))
	want := []string{`x.scn:1: set: unknown setting "signl"`, "x.scn:5: a verb is missing", `x.scn:6: unknown verb "pas"`, "x.scn:7: expect: "}
	lines := strings.Split(err.Error(), "\n")
	if !slices.EqualFunc(lines, want, strings.HasPrefix) {
		t.Errorf("errors\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
	_, err = Parse("x.scn", strings.NewReader(strings.Repeat("x\n", 1000)))
	if n := strings.Count(err.Error(), "\n") + 1; n != maxErrors+1 || !strings.HasSuffix(err.Error(), "x.scn:21: this line is wrong too, and there may be more") {
		t.Errorf("%d errors: %.3000v", n, err)
	}
}

func TestParseReadError(t *testing.T) {
	broken := errors.New("broken")
	halfALine := io.MultiReader(strings.NewReader("set signal 1\nset sig"), iotest.ErrReader(broken))
	_, err := Parse("x.scn", halfALine)
	if !errors.Is(err, broken) || err.Error() != "x.scn:2: broken" {
		t.Errorf("error %v", err)
	}
	_, err = Parse("x.scn", iotest.ErrReader(broken))
	if !errors.Is(err, broken) || err.Error() != "x.scn:1: broken" {
		t.Errorf("error %v", err)
	}
}

func TestApplyIsAllOrNothing(t *testing.T) {
	sc := mustParse(t, "set signal 1\nset signal 2")
	sc.Rules[1].Action.Args = SetAction{"x", "", 0}
	s := Default()
	err := sc.Apply(&s)
	if err == nil || !strings.HasPrefix(err.Error(), `x.scn:2: unknown setting "x"`) {
		t.Errorf("error %v", err)
	}
	if s != Default() {
		t.Error("the settings changed with an error")
	}
}

func TestApplyTakesTheLastOfTwo(t *testing.T) {
	s := Default()
	if err := mustParse(t, "set signal 1\nset signal 2").Apply(&s); err != nil || s.Signal != 2 {
		t.Errorf("signal %d, error %v", s.Signal, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "# c\n\nset signal 18\r\n", "on AT+AIPA=1 once delay 8s\nthen 2s network home", "on at+aftpo=\"a b\",21* p 0.5 reply \\r\\nOK",
		"on ftp:data@50% nth 2 cut 10\nthen expect 90s ftp:resume", "each 5s urc @info+1 +CREG: 2", "at 1m fail x", "on ftp:stored a once log b",
		"forbid 3s ftp:stored a b", "expect 1s exit 1", "ftp RETR end none", "on AT split final 3 5ms", "set apn  a # b ", "\tset\tsignal\t99", "set", "set operator \xff", "sett x\r", "set ip-error ERROR: <id>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := Parse("f.scn", strings.NewReader(text))
		if err != nil {
			var located *Error
			if !errors.As(err, &located) || located.Line < 1 {
				t.Fatalf("error %q is not located", err)
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f.scn:") {
					t.Fatalf("line %q of the error is not located", line)
				}
			}
			return
		}
		again := mustParse(t, sc.String())
		same := func(a, b *Rule) bool {
			x, y := *a, *b
			x.Line, y.Line, x.File, y.File = 0, 0, "", ""
			return reflect.DeepEqual(x, y)
		}
		if !slices.EqualFunc(sc.Rules, again.Rules, same) {
			t.Fatalf("parsed again\n%s\nwant\n%s", again, sc)
		}
		one, two := Default(), Default()
		if err := errors.Join(sc.Apply(&one), again.Apply(&two)); err != nil || one != two {
			t.Fatalf("error %v, settings\n%+v\nand\n%+v", err, one, two)
		}
	})
}
