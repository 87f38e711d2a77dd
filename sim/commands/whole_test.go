package commands

import (
	"slices"
	"strings"
	"testing"
)

// waits are the listed commands that have no row, and what they wait for. That each form of a row
// has a golden dialog is a test of package sim.
var waits = map[string]string{
	"calls": "+CEER +CLIR +COLP +CCWA +VTS",
}

// Every command of the manuals has a row or waits for its order, and a row that is less than its
// manual says why.
func TestManualIsWhole(t *testing.T) {
	var waiting []string
	for _, names := range waits {
		waiting = append(waiting, strings.Fields(names)...)
	}
	lacking := module.Lacking()
	for _, name := range lacking {
		if !slices.Contains(waiting, name) {
			t.Errorf("%s has no row, and waits for nothing", name)
		}
	}
	for _, name := range waiting {
		if _, listed := module.Lacks(name); !listed {
			t.Errorf("%s has a row: take it from the list of those that wait", name)
		}
	}
	marks := make(map[Mark]int)
	for _, r := range module.All() {
		marks[r.Mark]++
		if says := strings.Contains(r.Doc, "without effect"); says && r.Mark == "" {
			t.Errorf("%s says that it is without effect, and has no mark", r.Name)
		}
	}
	t.Logf("%d commands listed, %d lacking; %d rows: %d whole, %d partly, %d kept",
		len(module.Listed()), len(lacking), len(module.All()), marks[""], marks[Partly], marks[Kept])
}
