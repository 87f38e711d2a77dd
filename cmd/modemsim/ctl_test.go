package main

import (
	"slices"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
)

// Every line of the scenario language can be given to ctl as it is.
func TestCtlHidesNoLine(t *testing.T) {
	first := append(scenarios.Verbs(), "on", "at", "each", "then", "once", "first", "nth", "from", "p", "include")
	for _, sub := range ctlCommand().Commands() {
		if slices.Contains(first, sub.Name()) {
			t.Errorf("a line that begins with %q is taken for 'modemsim ctl %[1]s'", sub.Name())
		}
	}
}
