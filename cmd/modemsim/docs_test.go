package main

import (
	"os"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

func TestDocsAreFresh(t *testing.T) {
	for name, want := range map[string]string{
		"commands.md":  commandsPage + commands.Markdown(),
		"settings.md":  settingsPage + scenarios.Markdown(),
		"scenarios.md": languagePage + scenarios.ReferenceMarkdown(),
		"faults.md":    faultsPage + scenarios.CatalogueMarkdown(),
	} {
		got, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("docs/%s is not what the tables say: run `make docs`", name)
		}
	}
}
