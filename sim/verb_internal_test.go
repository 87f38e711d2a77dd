package sim

import (
	"maps"
	"slices"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
)

// Every verb of the language does something, and nothing else is done.
func TestActionsAreTheVerbs(t *testing.T) {
	want := slices.Sorted(slices.Values(scenarios.Verbs()))
	if got := slices.Sorted(maps.Keys(actions)); !slices.Equal(got, want) {
		t.Errorf("actions of %v\nverbs %v", got, want)
	}
}
