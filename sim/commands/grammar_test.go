package commands

import (
	"slices"
	"strings"
	"testing"
)

// parsed are the commands of a line, and whether it could be read to its end.
func parsed(line string) (cmds []Command, whole bool) {
	line = Normalize(line)
	for line != "" {
		cmd, rest, err := Next(line)
		if err != nil {
			return cmds, false
		}
		cmds, line = append(cmds, cmd), rest
	}
	return cmds, true
}

func TestNext(t *testing.T) {
	long := "+" + strings.Repeat("A", 16)
	for line, want := range map[string][]Command{
		"":             nil,
		"E0":           {{Name: "E", Form: Execute, Text: "0"}},
		"E":            {{Name: "E", Form: Execute}},
		"e0v1&f+csq":   {{Name: "E", Form: Execute, Text: "0"}, {Name: "V", Form: Execute, Text: "1"}, {Name: "&F", Form: Execute}, {Name: "+CSQ", Form: Execute}},
		"S3?S5=8":      {{Name: "S", Reg: "3", Form: Read}, {Name: "S", Reg: "5", Form: Set, Text: "8"}},
		"S0=":          {{Name: "S", Reg: "0", Form: Set}},
		"+X?;+Y=?":     {{Name: "+X", Form: Read}, {Name: "+Y", Form: Test}},
		"+X=1,2;":      {{Name: "+X", Form: Set, Text: "1,2"}},
		`+x="a;B,c";E`: {{Name: "+X", Form: Set, Text: `"a;B,c"`}, {Name: "E", Form: Execute}},
		"+X=":          {{Name: "+X", Form: Set}},
		"D 12 T3;+X":   {{Name: "D", Form: Execute, Text: "12T3;"}, {Name: "+X", Form: Execute}},
		"DT*99#":       {{Name: "D", Form: Execute, Text: "T*99#"}},
		"+A.B-C_1:/!%": {{Name: "+A.B-C_1:/!%", Form: Execute}},
		"#X$":          nil,
		"*PSX?":        {{Name: "*PSX", Form: Read}},
		long:           {{Name: long, Form: Execute}},
		long + "A":     nil,
		"+":            nil, "+1A": nil, "&": nil, "&1": nil, "S?": nil, "S3": nil, "=1": nil, "?": nil, "+X1?2": nil,
		`+X="a`: nil, `+X="a;+Y`: nil, ";": nil,
	} {
		got, whole := parsed(line)
		if want == nil && line != "" {
			if whole {
				t.Errorf("%q is read as %+v", line, got)
			}
			continue
		}
		if !whole || !slices.Equal(got, want) {
			t.Errorf("%q: %+v, whole %t, want %+v", line, got, whole, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"": `""`, "a b": `"a b"`, `a"b`: `"a\22b"`, `a\b`: `"a\5Cb"`, "a\r\nb\x00": `"a\0D\0Ab\00"`, "ö": `"ö"`,
	} {
		if got := Quote(text); got != want {
			t.Errorf("Quote(%q) = %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{`"a\5cb"`: `a\b`, `"\4f\4B"`: "OK", `"\"`: `\`, `"\2"`: `\2`, `"\zz"`: `\zz`, `"a\22"`: `a"`} {
		if got, ok := unquote(text); !ok || got != want {
			t.Errorf("unquote(%s) = %q, %t, want %q", text, got, ok, want)
		}
	}
	for text, want := range map[string]string{`"c:\data"`: `c:\data`, `"a\22\5c\5Cb\0D"`: `a"\\b\0D`, `"\"`: `\`} {
		if got, ok := unquoteName(text); !ok || got != want {
			t.Errorf("unquoteName(%s) = %q, %t, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{``, `"`, `a`, `"a`, `a"`, `"a"b"`, `"a""b"`} {
		if got, ok := unquote(text); ok {
			t.Errorf("unquote(%s) = %q", text, got)
		}
	}
}

// FuzzGrammar: any line is read to its end or to an error, each command takes something off it, and
// what Quote writes is read back, alone and as an argument.
func FuzzGrammar(f *testing.F) {
	for _, seed := range []string{
		"", "E0V1Q0", `+AFTPO="203.0.113.5",21,"user","pa;ss,\22";+CSQ`, "S3?S5=8;&F", "D*99#;+X", `+X="`, `+X=1,,"h",80,0,,1`, "+A=?;;", "\xff\"\xff",
		`+AIPDCONT="a\41b", "u" ,"\`, "#a*b$c%d^e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		line := Normalize(body)
		if again := Normalize(line); again != line {
			t.Fatalf("%q normalizes to %q and then %q", body, line, again)
		}
		for line != "" {
			cmd, rest, err := Next(line)
			if err != nil {
				break
			}
			if len(rest) >= len(line) || !strings.HasSuffix(line, rest) || !strings.HasPrefix(line, cmd.Name) || cmd.Name == "" || cmd.Form == 0 {
				t.Fatalf("%q: %+v, then %q", line, cmd, rest)
			}
			if fields, ok := splitArgs(cmd.Text); strings.Join(fields, ",") != cmd.Text || !ok && cmd.Form == Set {
				t.Fatalf("%q: arguments %q", cmd.Text, fields)
			}
			if row := module.Lookup(cmd.Name); row != nil {
				if args, err := row.parseArgs(cmd.Text); err == nil && len(args) != len(row.Params) {
					t.Fatalf("%q: %d arguments", cmd.Text, len(args))
				}
			}
			line = rest
		}
		if got, ok := unquote(Quote(body)); !ok || got != body {
			t.Fatalf("%q is quoted %s and read as %q", body, Quote(body), got)
		}
		argument, whole := parsed("+X=" + Quote(body) + ",1;+Y")
		if !whole || len(argument) != 2 || argument[0].Text != Quote(body)+",1" {
			t.Fatalf("%q as an argument: %+v", body, argument)
		}
		unquote(body)
		typed.Secrets(body)
		typed.LineSecrets("AT" + body + "\r")
	})
}
