package sim

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/transcript"
)

// reportRows is how many lines of the transcript a report of a failure shows.
const reportRows = 12

// Report is the verdict at length, for a person: the end of the transcript, a line
// each, the seed, the speed if it is not 1, and then each failure with its line of
// the scenario, under what the scenario wants of the host if it is one that comes
// with modemsim, and the notes. Lines end with a line feed; what belongs to the
// line above is indented. Of a run that passed, only the notes are left.
func (v Verdict) Report(rows transcript.Rows) string {
	var b strings.Builder
	if !v.Passed {
		b.WriteString(v.circumstances(rows))
		told := ""
		for _, f := range v.Failures {
			file, _, _ := strings.Cut(f.Where, ":")
			if what := scenarios.Summary(file); what != "" && file != told {
				fmt.Fprintf(&b, "%s: %s\n", file, what)
				told = file
			}
			fmt.Fprintf(&b, "%s\n    %s\n", f, f.Rule)
		}
	}
	for _, note := range v.Notes {
		b.WriteString("note: " + note + "\n")
	}
	return b.String()
}

// circumstances describes the context of a failure: the last exchanges, the seed and the speed.
func (v Verdict) circumstances(rows transcript.Rows) string {
	var b strings.Builder
	last := rows.LastExchanges(2*reportRows + 1).Brief(reportRows) // each may have an echo
	if len(last) > 0 {
		b.WriteString("the last exchanges (> host, < modem, # note):\n")
	}
	for _, line := range last {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	fmt.Fprintf(&b, "seed: %d\n", v.Seed)
	if v.Speed != 1 {
		fmt.Fprintf(&b, "speed: %g\n", v.Speed)
	}
	return b.String()
}
