package commands

import (
	"slices"
	"strings"
	"testing"
)

// Two modules share groups, and each knows only its own commands.
func TestTablesShareGroups(t *testing.T) {
	generic, err := NewTable(v25terGroup, identityGroup, Group{"own", []Row{
		{Name: "+FTPGET", Forms: Set, Params: []Param{Secret("password")}, Do: accept},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"E", "&F", "+CGMI"} {
		if generic.Lookup(name) == nil || module.Lookup(name) == nil {
			t.Errorf("%s is not in both tables", name)
		}
	}
	if generic.Lookup("+AFTPO") != nil || module.Lookup("+FTPGET") != nil {
		t.Error("a table knows a command of the other one")
	}
	line := `AT+FTPGET="s3cret";+AFTPPASS="t4"`
	if got := maskedLine(LineMasker{Table: generic, Erase: '\b'}, line); got != `AT+FTPGET=***;+AFTPPASS="t4"` {
		t.Errorf("the generic module shows %s", got)
	}
	if got := maskedLine(typed, line); got != `AT+FTPGET="s3cret";+AFTPPASS=***` {
		t.Errorf("the ADH8066 shows %s", got)
	}
	if strings.Contains(generic.Markdown(), "AFTP") || !strings.Contains(generic.Markdown(), "`AT+FTPGET`") {
		t.Error("the page is not that of the table")
	}
}

func TestNewTableRefuses(t *testing.T) {
	for want, row := range map[string]Row{
		`"+csq" is not the name of a command`:      {Name: "+csq", Forms: Set, Do: accept},
		`"AT+CSQ" is not the name of a command`:    {Name: "AT+CSQ", Forms: Set, Do: accept},
		`"E1" is not the name of a command`:        {Name: "E1", Forms: Execute, Do: accept},
		`"" is not the name of a command`:          {Forms: Set, Do: accept},
		"+X has no function (set Do)":              {Name: "+X", Forms: Set},
		"+X has no form":                           {Name: "+X", Do: accept},
		"&X is a basic command":                    {Name: "&X", Forms: Set, Do: accept},
		"+X parameter 2: it has no name":           {Name: "+X", Forms: Set, Params: []Param{String("a"), String("")}, Do: accept},
		"+X parameter 1: a: 3 to 0 is not a range": {Name: "+X", Forms: Set, Params: one("a", 3, 0), Do: accept},
		"+X parameter 1: a: the word on is not":    {Name: "+X", Forms: Set, Params: []Param{Word("a", "on")}, Do: accept},
		"+X parameter 1: a is secret":              {Name: "+X", Forms: Set, Params: []Param{Secret("a").Or(0, 3)}, Do: accept},
		`"+ABCDEFGHIJKLMNOPQ" is too long for the name of a command (at most 16 characters follow the +)`: {
			Name: "+ABCDEFGHIJKLMNOPQ", Forms: Execute, Do: accept,
		},
		"+X has the form 16, which there is not":                {Name: "+X", Forms: Read | 16, Do: accept},
		"+X has the form Set without a parameter":               {Name: "+X", Forms: Set | Read, Do: accept},
		"+X has parameters without the form Set":                {Name: "+X", Forms: Execute, Params: one("a", 0, 3), Do: accept},
		"+X has an answer to the form Test, which it does not":  {Name: "+X", Forms: Read, TestText: "(0-3)", Do: accept},
		`+X has the TestText "(0-3)\r\nOK", which is not one`:   {Name: "+X", Forms: Test, TestText: "(0-3)\r\nOK", Do: accept},
		"+X has a Doc or Source of several lines":               {Name: "+X", Forms: Read, Doc: "one\ntwo", Do: accept},
		"X is a basic command, which takes one number at most":  {Name: "X", Forms: Execute, Params: []Param{String("a")}, Do: accept},
		"X is a basic command, which takes one number at":       {Name: "X", Forms: Execute, Params: []Param{Secret("a")}, Do: accept},
		"X is a basic command, which takes one number":          {Name: "X", Forms: Execute, Params: []Param{Word("a", "ON")}, Do: accept},
		"&X is a basic command, which takes one number at most": {Name: "&X", Forms: Execute, Params: append(one("a", 0, 1), one("b", 0, 1)...), Do: accept},
		"+X parameter 1: a has no word to choose":               {Name: "+X", Forms: Set, Params: []Param{Word("a")}, Do: accept},
		`+X parameter 1: a: the word "" cannot be sent`:         {Name: "+X", Forms: Set, Params: []Param{Word("a", "ON", "")}, Do: accept},
		`+X parameter 1: a: the word "A,B" cannot be sent`:      {Name: "+X", Forms: Set, Params: []Param{Word("a", "A,B")}, Do: accept},
		`+X parameter 1: a: the word "A B" cannot be sent`:      {Name: "+X", Forms: Set, Params: []Param{Word("a", "A B")}, Do: accept},
		`+X parameter 1: a: the word "A;B" cannot be sent`:      {Name: "+X", Forms: Set, Params: []Param{Word("a", "A;B")}, Do: accept},
		`+X parameter 1: a: the word "?" cannot be sent`:        {Name: "+X", Forms: Set, Params: []Param{Word("a", "?")}, Do: accept},
		`+X parameter 1: a: the word "\n" cannot be sent`:       {Name: "+X", Forms: Set, Params: []Param{Word("a", "\n")}, Do: accept},
		`+GMI has a row in group "identification"`:              {Name: "+GMI", Forms: Execute, Do: accept},
	} {
		table, err := NewTable(identityGroup, Group{"own", []Row{row}})
		if table != nil || err == nil || !strings.Contains(err.Error(), `group "own": `+want) {
			t.Errorf("%+v: error %v, want %s", row, err, want)
		}
	}
}

func TestWithAddsAndReplaces(t *testing.T) {
	mine := Row{Name: "+CSQ", Forms: Execute, Do: accept, Doc: "mine"}
	changed, err := module.With(Row{Name: "+MYCMD", Forms: Execute, Do: accept}, mine)
	if err != nil {
		t.Fatal(err)
	}
	if changed.Lookup("+CSQ").Doc != "mine" || module.Lookup("+CSQ").Doc == "mine" || module.Lookup("+MYCMD") != nil {
		t.Error("With changed the table that it came from, or did not replace the row")
	}
	names := slices.DeleteFunc(changed.Names(), func(name string) bool { return name == "+MYCMD" })
	if !slices.Equal(names, module.Names()) {
		t.Errorf("names %q", names)
	}
	if _, err := module.With(Row{Name: "+MYCMD"}); err == nil || !strings.Contains(err.Error(), "+MYCMD has no function") {
		t.Errorf("a row without a function: error %v", err)
	}
}

// A mark and its reason come together.
func TestMarksHaveReasons(t *testing.T) {
	for want, row := range map[string]Row{
		"+X is marked kept without a reason":           {Name: "+X", Forms: Execute, Do: accept, Mark: Kept},
		"+X has a reason without a mark":               {Name: "+X", Forms: Execute, Do: accept, Why: "no fax"},
		`+X has the mark "half", which does not exist`: {Name: "+X", Forms: Execute, Do: accept, Mark: "half", Why: "no fax"},
	} {
		if _, err := NewTable(Group{"own", []Row{row}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
