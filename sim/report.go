package sim

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/transcript"
)

// reportRows is how many rows of the transcript a report of a failure shows.
const reportRows = 20

// Report is the verdict at length, for a person: each failure with its line of
// the scenario, under what the scenario wants of the host if it is one that comes
// with modemsim, the end of the transcript, the seed, the speed if it is not 1,
// and the notes, each on lines that end with a line feed; what belongs to the
// line above is indented. Of a run that passed, only the notes are left.
func (v Verdict) Report(rows transcript.Rows) string {
	var b strings.Builder
	if !v.Passed {
		told := ""
		for _, f := range v.Failures {
			file, _, _ := strings.Cut(f.Where, ":")
			if what := scenarios.Summary(file); what != "" && file != told {
				fmt.Fprintf(&b, "%s: %s\n", file, what)
				told = file
			}
			fmt.Fprintf(&b, "%s\n    %s\n", f, f.Rule)
		}
		b.WriteString(v.circumstances(rows))
	}
	for _, note := range v.Notes {
		b.WriteString("note: " + note + "\n")
	}
	return b.String()
}

// circumstances are what a failure came about in.
func (v Verdict) circumstances(rows transcript.Rows) string {
	var b strings.Builder
	b.WriteString("the last exchanges (> host, < modem, # note):\n")
	for _, row := range rows.LastExchanges(reportRows) {
		fmt.Fprintf(&b, "    %s\n", row)
	}
	fmt.Fprintf(&b, "seed: %d\n", v.Seed)
	if v.Speed != 1 {
		fmt.Fprintf(&b, "speed: %g\n", v.Speed)
	}
	return b.String()
}
