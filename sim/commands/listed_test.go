package commands

import (
	"strings"
	"testing"
)

// Every row of the module stands in the list of its documents, under the source that the row names.
func TestRowsAreListed(t *testing.T) {
	sources := make(map[string]string)
	for _, l := range module.Listed() {
		if other, twice := sources[l.Name]; twice {
			t.Errorf("%s is listed in %q and in %q", l.Name, other, l.Source)
		}
		if name, _, _ := strings.Cut(l.Name, "*"); !isName(name) && !isName(l.Name) {
			t.Errorf("%q is not the name of a command", l.Name)
		}
		sources[l.Name] = l.Source
	}
	for _, r := range module.All() {
		if sources[r.Name] != r.Source {
			t.Errorf("%s: the row says %q, the list %q", r.Name, r.Source, sources[r.Name])
		}
	}
}

// The AT manual has 16 commands of 27.005 and 73 of 27.007.
func TestListIsWhole(t *testing.T) {
	count := make(map[string]int)
	for _, l := range module.Listed() {
		document, _, _ := strings.Cut(strings.TrimPrefix(l.Source, "AT manual, "), " ")
		count[document]++
	}
	for document, want := range map[string]int{"27.005": 16, "27.007": 73, "FTP": 11, "supplement": 5, "Enhanced": 14} {
		if count[document] != want {
			t.Errorf("%s: %d commands, want %d", document, count[document], want)
		}
	}
}

func TestLacking(t *testing.T) {
	few := tableOf(map[string]*Row{"+CSQ": module.Lookup("+CSQ")})
	few.listed = module.listed
	own, err := few.With(Row{Name: "+COLP", Forms: Execute, Do: accept})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		table  *Table
		name   string
		source string
		lacks  bool
	}{
		{few, "+COLP", "AT manual, 27.007 7", true},
		{few, "+CSQ", "AT manual, 27.007 8", false},
		{few, "+CFUN", "", false},
		{module, "+COLP", "AT manual, 27.007 7", false},
		{own, "+COLP", "AT manual, 27.007 7", false},
		{own, "+CCWA", "AT manual, 27.007 7", true},
	} {
		if source, lacks := c.table.Lacks(c.name); source != c.source || lacks != c.lacks {
			t.Errorf("%s: %q, %t", c.name, source, lacks)
		}
	}
	if _, err := parseListed("AT manual +CSQ"); err == nil {
		t.Error("a line without a colon is read")
	}
}
