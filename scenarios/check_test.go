package scenarios

import "testing"

// module are the commands of a module of a test.
var module = []string{"D", "S", "&F", "+CSQ", "+CREG", "+AFTPRETR"}

func TestCheck(t *testing.T) {
	for text, want := range map[string]string{
		"on AT+CSQ once delay 1s":                              "",
		"on at+csq=? once delay 1s":                            "",
		"on AT drop\non AT&F drop\non ATS3=5 drop":             "",
		"on ATD123 expect 1s ATS0?":                            "",
		"on boot expect 5s AT+CSQ":                             "",
		"on AT+MINE reply 1":                                   "",
		"on AT+MINE ignore":                                    "",
		"on AT+MINE log mine":                                  "",
		"forbid AT+MINE":                                       "",
		"on AT+MINE once urc RING\non AT+MINE reply 1":         "",
		"on AT+MINE ignore\non AT+MINE once expect 1s AT+MINE": "",
		"on AT+CSG drop\nforbid AT+CSG\nexpect 1s AT+CRGE?": "x.scn:1: the module does not know AT+CSG (did you mean \"AT+CSQ\"? else answer it first: on AT+CSG reply TEXT, or ignore)\n" +
			"x.scn:3: the module does not know AT+CRGE (did you mean \"AT+CREG\"? else answer it first: on AT+CRGE reply TEXT, or ignore)",
		"on AT+CSG once delay 1s":                 `x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"? else answer it first: on AT+CSG reply TEXT, or ignore)`,
		"set signal 3\non AT+AFTPRETRR=\"a\" cut": `x.scn:2: the module does not know AT+AFTPRETRR (did you mean "AT+AFTPRETR"? else answer it first: on AT+AFTPRETRR reply TEXT, or ignore)`,
		"expect 5s AT+CRGE?":                      `x.scn:1: the module does not know AT+CRGE (did you mean "AT+CREG"? else answer it first: on AT+CRGE reply TEXT, or ignore)`,
		"on boot or AT+CSG forbid AT+MINE":        `x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"? else answer it first: on AT+CSG reply TEXT, or ignore)`,
		"on AT+MINE or AT+CSQ ignore":             "",
		"forbid AT+MINE until AT+CSG":             `x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"? else answer it first: on AT+CSG reply TEXT, or ignore)`,
		"on AT+CSG forbid AT+MINE":                `x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"? else answer it first: on AT+CSG reply TEXT, or ignore)`,
		"on AT+SOMETHINGELSE drop":                `x.scn:1: the module does not know AT+SOMETHINGELSE ('modemsim commands' lists them; a rule may answer others: on AT+SOMETHINGELSE reply TEXT, or ignore)`,
		"on AT+CMGF=1 once delay 1s":              `x.scn:1: the module has AT+CMGF, modemsim does not (answer it first: on AT+CMGF reply TEXT, or ignore)`,
		"on AT+CMGF reply +CMGF: 1":               "",
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

func TestDoubts(t *testing.T) {
	for text, want := range map[string]string{
		"forbid AT+AFTPRETRR=":                        `x.scn:1: the module does not know AT+AFTPRETRR: did you mean "AT+AFTPRETR"?`,
		"forbid 5s AT+CRGE?":                          `x.scn:1: the module does not know AT+CRGE: did you mean "AT+CREG"?`,
		"forbid AT+CMGS=":                             "",
		"on AT+CRGE? ignore\nforbid AT+CRGE?":         "",
		"forbid AT+CSQ":                               "",
		"on boot p 0 reset":                           "x.scn:1: this rule never acts (its probability is 0)",
		"nth 2 gprs down":                             "x.scn:1: this rule never acts (the start comes once; on EVENT comes more often)",
		"from 3 gprs down":                            "x.scn:1: this rule never acts (the start comes once; on EVENT comes more often)",
		"every 2 gprs down":                           "x.scn:1: this rule never acts (the start comes once; on EVENT comes more often)",
		"nth 1 gprs down":                             "",
		"pass\nthen gprs down":                        "x.scn:2: this rule never acts (the one above ends the run)",
		"fail x\nthen each 1s ring":                   "x.scn:2: this rule never acts (the one above ends the run)",
		"gprs down\nthen nth 2 gprs up":               "x.scn:2: this rule never acts (the one above acts once)",
		"on boot gprs down\nthen nth 2 gprs up":       "",
		"forbid boot or AT+CRGE?":                     `x.scn:1: the module does not know AT+CRGE: did you mean "AT+CREG"?`,
		"on AT+MINE prompt >\non AT+MINE reply 2":     "",
		"on AT+CSQ reply 1\non AT+CSQ reply 2":        "x.scn:1: this rule never acts (x.scn:2 answers the command)",
		"on AT+CSQ reply 1\non AT+CSQ once reply 2":   "",
		"on AT+CSQ? reply 1\non AT+CSQ=? reply 2":     "",
		"on AT+CSQ once ignore\non AT+CSQ nth 2 drop": "",
	} {
		got := ""
		for _, err := range mustParse(t, text).Doubts(module) {
			got += err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// No scenario that comes with the program says what it hardly means.
func TestShippedScenariosAreNotDoubted(t *testing.T) {
	for _, name := range append(Shipped(), Profiles()...) {
		script, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if doubts := script.Doubts(module); doubts != nil {
			t.Errorf("%s: %v", name, doubts)
		}
	}
}
