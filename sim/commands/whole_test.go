package commands

import (
	"strings"
	"testing"
)

// Every command of the manuals has a row, and a row that is less than its manual says why. That
// each form of a row has a golden dialog is a test of package sim.
func TestManualIsWhole(t *testing.T) {
	if lacking := module.Lacking(); lacking != nil {
		t.Errorf("no row has %s", strings.Join(lacking, " "))
	}
	marks := make(map[Mark]int)
	for _, r := range module.All() {
		marks[r.Mark]++
		if says := strings.Contains(r.Doc, "without effect"); says && r.Mark == "" {
			t.Errorf("%s says that it is without effect, and has no mark", r.Name)
		}
	}
	t.Logf("%d commands listed; %d rows: %d whole, %d partly, %d kept",
		len(module.Listed()), len(module.All()), marks[""], marks[Partly], marks[Kept])
}
