package commands

import (
	"slices"
	"strings"
	"testing"
)

func TestParseArgs(t *testing.T) {
	row := Row{Name: "+X", Params: []Param{Number("n", 0, 3).Or(31, 31), String("s").Optional(), Number("m", 1, 255).Optional()}}
	given := func(n int64) argument { return argument{given: true, number: n} }
	str := func(s string) argument { return argument{given: true, text: s} }
	for text, want := range map[string]Args{
		"0":           {given(0), {}, {}},
		"31":          {given(31), {}, {}},
		"03":          {given(3), {}, {}},
		`1,"a,b",255`: {given(1), str("a,b"), given(255)},
		"1,,7":        {given(1), {}, given(7)},
		"1,,":         {given(1), {}, {}},
		`1,""`:        {given(1), str(""), {}},
		`1,"\22"`:     {given(1), str(`"`), {}},
	} {
		got, err := row.parseArgs(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", ",", "4", "30", "32", "-1", "+1", "1.0", "0x1", "a", `"1"`, "1,a", `1,"a`, `1,"a"b`, "1,,0", "1,,256", "1,,,", "1,,7,8",
		"99999999999999999999", "1,2",
	} {
		if got, err := row.parseArgs(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		} else if finalOf(err) != Failed {
			t.Errorf("%q: %v is not ERROR", text, err)
		}
	}
}

// finalOf is the result code that an error stands for, as the engine finds it.
func finalOf(err error) Final {
	for err != nil {
		if f, ok := err.(Final); ok {
			return f
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = u.Unwrap()
	}
	return -1
}

// The lists of V.250 5.7.3.1, and those of the rows as the manual's lists would be.
func TestTestText(t *testing.T) {
	for want, params := range map[string][]Param{
		"":                                  nil,
		"()":                                {String("a")},
		"(0,1)":                             {Number("a", 0, 1)},
		"(1)":                               {Number("a", 1, 1)},
		"(0-3)":                             {Number("a", 0, 3)},
		"(0-18,31)":                         {Number("a", 0, 18).Or(31, 31)},
		",(0-65535),,":                      {String("a"), Number("b", 0, 65535), String("c"), String("d")},
		"(0-3),(0-4),(0-5),(0-9),(0-18,31)": qos,
		"(0-4294967295)":                    one("offset", 0, 1<<32-1),
	} {
		if got := (&Row{Params: params}).testText(); got != want {
			t.Errorf("%+v: %q, want %q", params, got, want)
		}
	}
}

// Every row has what the reference prints, parameters of one kind, and a name that the grammar
// reads.
func TestRows(t *testing.T) {
	if len(module.All()) != len(module.rows) {
		t.Errorf("%d rows listed of %d", len(module.All()), len(module.rows))
	}
	for _, r := range module.All() {
		if r.Do == nil || r.Doc == "" || r.Source == "" || r.Forms == 0 {
			t.Errorf("%s: the row is not complete: %+v", r.Name, r)
		}
		if !slices.Contains([]Fidelity{Documented, Observed, Assumed}, r.Fidelity) {
			t.Errorf("%s: fidelity %q", r.Name, r.Fidelity)
		}
		if module.Lookup(r.Name) != r || strings.ToUpper(r.Name) != r.Name {
			t.Errorf("%s is not found by its name", r.Name)
		}
		if cmd, rest, err := Next(r.Name + map[bool]string{true: "3?"}[r.Name == "S"]); err != nil || rest != "" || cmd.Name != r.Name {
			t.Errorf("%s is read as %+v, %q, %v", r.Name, cmd, rest, err)
		}
		if strings.HasPrefix(r.Name, "+AFTP") && r.IP != Plain {
			t.Errorf("%s: its failures are not plain ERROR (FTP AT manual)", r.Name)
		}
		for i, p := range r.Params {
			if p.secret && !p.isText() || p.name == "" {
				t.Errorf("%s: parameter %d: %+v", r.Name, i, p)
			}
		}
	}
}

// Which parameters no record may show.
func TestSecretParameters(t *testing.T) {
	var secret []string
	for _, r := range module.All() {
		for _, p := range r.Params {
			if p.secret {
				secret = append(secret, r.Name)
			}
		}
	}
	if want := []string{"+AFTPO", "+AFTPPASS", "+AIPDCONT", "+CACM", "+CAMM", "+CLCK", "+CPIN", "+CPIN", "+CPUC", "+CPWD", "+CPWD"}; !slices.Equal(secret, want) {
		t.Errorf("secrets in %q, want %q", secret, want)
	}
}
