package scenarios

import "testing"

// module are the commands of a module of a test.
var module = []string{"D", "S", "&F", "+CSQ", "+CREG", "+AFTPRETR"}

func TestCheck(t *testing.T) {
	for text, want := range map[string]string{
		"on AT+CSQ once delay 1s":                      "",
		"on at+csq=? once delay 1s":                    "",
		"on AT drop\non AT&F drop\non ATS3=5 drop":     "",
		"on ATD123 expect 1s ATS0?":                    "",
		"on boot expect 5s AT+CSQ":                     "",
		"on AT+MINE reply 1":                           "",
		"on AT+MINE ignore":                            "",
		"on AT+MINE log mine":                          "",
		"forbid AT+MINE":                               "",
		"on AT+MINE once urc RING\non AT+MINE reply 1": "",
		"on AT+CSG once delay 1s":                      `x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"?)`,
		"set signal 3\non AT+AFTPRETRR=\"a\" cut":      `x.scn:2: the module does not know AT+AFTPRETRR (did you mean "AT+AFTPRETR"?)`,
		"expect 5s AT+CRGE?":                           `x.scn:1: the module does not know AT+CRGE (did you mean "AT+CREG"?)`,
		"on AT+CSG forbid AT+MINE":                     `x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"?)`,
		"on AT+SOMETHINGELSE drop":                     `x.scn:1: the module does not know AT+SOMETHINGELSE ('modemsim commands' lists them; a rule may reply to others: on AT+SOMETHINGELSE reply TEXT)`,
		"on AT+CMGF=1 once delay 1s":                   `x.scn:1: the module has AT+CMGF, modemsim does not (a rule may reply to it: on AT+CMGF reply TEXT)`,
		"on AT+CMGF reply +CMGF: 1":                    "",
	} {
		got := ""
		if err := mustParse(t, text).Check(module, []string{"+CMGF"}); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: error %q, want %q", text, got, want)
		}
	}
}
