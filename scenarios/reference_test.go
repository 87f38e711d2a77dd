package scenarios

import (
	"strings"
	"testing"
)

// example is the usage of a trigger or count with values in the place of its arguments.
var example = strings.NewReplacer("HH:MM", "03:00", "EVENT", "boot", "[D]", "5s", "D", "5s", "N", "2", "P", "0.5")

func TestReferenceOfTriggersAndCounts(t *testing.T) {
	var triggers []TriggerKind
	for _, row := range triggerRows {
		rules := mustParse(t, "log first\n"+example.Replace(row[0])+" log x").Rules
		triggers = append(triggers, rules[1].Trigger.Kind)
	}
	for i, want := range []TriggerKind{AtStart, OnEvent, AtTime, AtClock, EachTime, Then, ThenEach} {
		if i >= len(triggers) || triggers[i] != want {
			t.Fatalf("the rows are triggers %v, want %v at %d", triggers, want, i)
		}
	}
	var counts []Count
	for _, row := range countRows {
		counts = append(counts, mustParse(t, "on boot "+example.Replace(row[0])+" log x").Rules[0].Count)
	}
	for i, want := range []Count{{}, {Kind: First, N: 1}, {Kind: First, N: 2}, {Kind: Nth, N: 2}, {Kind: From, N: 2}, {Kind: EveryNth, N: 2}, {Kind: Chance, P: 0.5}} {
		if i >= len(counts) || counts[i] != want {
			t.Fatalf("the rows are counts %v, want %v at %d", counts, want, i)
		}
	}
}

func TestReferenceNamesEverything(t *testing.T) {
	page := ReferenceMarkdown()
	var want []string
	for _, e := range Events()[1:] {
		want = append(want, "| `"+string(e.Kind))
	}
	for _, v := range Verbs() {
		want = append(want, "| `"+v)
	}
	for _, s := range Keys() {
		want = append(want, "| `"+s.Key+"` |")
	}
	for _, text := range want {
		if !strings.Contains(page, text) {
			t.Errorf("the reference has no %q", text)
		}
	}
}

func TestShippedScenariosHaveASummary(t *testing.T) {
	for _, name := range append(Shipped(), Profiles()...) {
		if Summary(name) == "" {
			t.Errorf("%s does not begin with a comment", name)
		}
	}
	if got, want := Summary("ftp-cut-and-resume"), "The host must resume a download after the bearer drops."; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if got := Summary("no-such-scenario"); got != "" {
		t.Errorf("summary %q of nothing", got)
	}
}
