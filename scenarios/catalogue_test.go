package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// groups are the rows of the catalogue: R1 to R17, and so on.
var groups = []struct {
	id   string
	last int
}{{"R", 17}, {"EC", 5}, {"P", 12}, {"B", 8}, {"SIM", 6}, {"N", 11}, {"G", 12}, {"D", 9}, {"F", 14}, {"M", 8}, {"C", 3}}

func ids() []string {
	var list []string
	for _, r := range Catalogue {
		list = append(list, r.ID)
	}
	return list
}

func TestCatalogueIsWhole(t *testing.T) {
	var want []string
	for _, g := range groups {
		for n := 1; n <= g.last; n++ {
			want = append(want, fmt.Sprint(g.id, n))
		}
	}
	if !slices.Equal(ids(), want) {
		t.Errorf("the rows are %v\nwant %v", ids(), want)
	}
	for _, r := range Catalogue {
		if r.What == "" || strings.ContainsAny(r.What+r.Why, "|\n") {
			t.Errorf("%s: %q and %q do not fit into a table", r.ID, r.What, r.Why)
		}
	}
}

// Every row has a scenario, or says why it has none.
func TestCatalogueIsShown(t *testing.T) {
	for _, r := range Catalogue {
		if r.Why == "" && len(showing(r.ID)) == 0 {
			t.Errorf("%s: no scenario shows it: %s", r.ID, r.What)
		}
	}
}

func TestShippedScenariosSayWhatTheyAreFor(t *testing.T) {
	for _, name := range Shipped() {
		text, _ := Source(name)
		lines := strings.SplitN(text, "\n", 3)
		if len(lines) < 3 || !strings.HasPrefix(lines[0], "# The host ") || !strings.HasPrefix(lines[1], "# shows: ") {
			t.Errorf("%s does not begin with what the host must do, and with what it shows:\n%.200s", name, text)
		}
		shown := shows(name)
		for i, id := range shown {
			if !slices.Contains(ids(), id) || slices.Contains(shown[:i], id) {
				t.Errorf("%s shows %s, which is not a row of the catalogue, or twice", name, id)
			}
		}
	}
}

func TestCatalogueMarkdown(t *testing.T) {
	text := CatalogueMarkdown()
	for _, want := range []string{
		"| EC5 | the host's tty echoes what the module says back to it, without end | `tty-echoes-back.scn` | `TestShippedScenarios/tty-echoes-back` |\n",
		"| `flow-control-in-data.scn`; CTS: `set cts off`, over RFC 2217 | `TestShippedScenarios/flow-control-in-data` |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the table does not hold %s", want)
		}
	}
	if n := strings.Count(text, "\n"); n != len(Catalogue)+2 {
		t.Errorf("%d lines for %d rows and 2 lines of heading", n, len(Catalogue))
	}
}

func TestShowsNothing(t *testing.T) {
	for _, name := range []string{"no-such-scenario", "adh8066"} {
		if got := shows(name); got != nil {
			t.Errorf("%s shows %v", name, got)
		}
	}
}
