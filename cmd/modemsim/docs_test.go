package main

import (
	"os"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
)

func TestDocsAreFresh(t *testing.T) {
	for name, want := range map[string]string{
		"commands.md":  commandsMarkdown(),
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

func TestShippedScenariosPassCheck(t *testing.T) {
	for _, name := range append(scenarios.Shipped(), scenarios.Profiles()...) {
		script, err := scenarios.Load(name)
		if err == nil {
			_, err = checkScenario(script)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

func TestReadmeShowsTheShippedScenario(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := scenarios.Source("ftp-cut-and-resume")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```\n"+strings.TrimSuffix(text, "\n")+"\n```\n") {
		t.Errorf("the README's scenario is not\n%s", text)
	}
}

// The examples of the page on the language are rules that check has nothing to say about.
func TestExamplesOfTheLanguage(t *testing.T) {
	script, err := scenarios.Parse("examples.scn", strings.NewReader(languageExamples))
	if err != nil {
		t.Fatal(err)
	}
	module, err := checkScenario(script)
	if err != nil {
		t.Fatal(err)
	}
	for _, doubt := range append(script.Loops(), script.Doubts(module.Names())...) {
		t.Error(doubt)
	}
}
