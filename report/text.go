package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/modemsim/modemsim/run"
)

// prefix begins each line of a text that does not belong to the line above.
const prefix = "modemsim: "

// Run writes what there is to say of the run of a scenario, but for its verdict: how the program
// was ended, what went wrong, and the report of each modem. Of modems that passed nothing is
// written if quiet is set.
func Run(w io.Writer, o run.Outcome, quiet bool) {
	if e := o.Ending; o.ProgramFailed() && (e.Cause == run.ByTimeout || e.Cause == run.ByItself && e.Killed) {
		fmt.Fprintf(w, "%s%s\n", prefix, e.Text)
	}
	for _, err := range o.Errors() {
		fmt.Fprintf(w, "%s%s\n", prefix, run.OneLine(err))
	}
	for _, m := range o.Modems {
		if quiet && m.Verdict.Passed {
			continue
		}
		for line := range strings.Lines(m.Report) {
			if !strings.HasPrefix(line, " ") {
				line = prefix + modem(m) + line
			}
			io.WriteString(w, line)
		}
	}
	if len(o.Modems) > 1 && (!quiet || o.FailedModems() > 0) {
		notes(w, o)
	}
}

// modem is the number of one of several modems, in front of what is said about it.
func modem(m run.ModemOutcome) string {
	if m.Modem == 0 {
		return ""
	}
	return fmt.Sprintf("modem %d: ", m.Modem)
}

// notes writes each note of the verdicts of several modems once.
func notes(w io.Writer, o run.Outcome) {
	var notes []string
	modems := make(map[string]int)
	for _, m := range o.Modems {
		for _, note := range m.Verdict.Notes {
			if modems[note]++; modems[note] == 1 {
				notes = append(notes, note)
			}
		}
	}
	for _, note := range notes {
		fmt.Fprintf(w, "%snote: %s (%d of %d modems)\n", prefix, note, modems[note], len(o.Modems))
	}
}

// Line writes the outcome of one run of several, on one line.
func Line(w io.Writer, o run.Outcome) {
	fmt.Fprintf(w, "%s%s: %s\n", prefix, o.Scenario, o)
}

// Verdict writes the last line: the verdict of one run, or how many passed of those that were
// planned, some of which may not have been begun.
func Verdict(w io.Writer, outcomes []run.Outcome, planned int) {
	if planned == 1 && len(outcomes) == 1 {
		fmt.Fprintf(w, "%sverdict: %s\n", prefix, outcomes[0])
		return
	}
	failed, missing := 0, planned-len(outcomes)
	for _, o := range outcomes {
		if o.Failed() {
			failed++
		}
	}
	text := fmt.Sprintf("passed: %d scenarios", planned)
	if failed+missing > 0 {
		text = fmt.Sprintf("failed: %d of %d scenarios", failed, planned)
	}
	if missing > 0 {
		text += fmt.Sprintf(", %d did not run", missing)
	}
	fmt.Fprintf(w, "%sverdict: %s\n", prefix, text)
}
