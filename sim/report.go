package sim

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
)

// reportRows is how many rows of the transcript a report of a failure shows.
const reportRows = 20

// loadedNote is in the transcript where another scenario is loaded, and
// loadedRow the end of its row.
const (
	loadedNote = "another scenario is loaded"
	loadedRow  = " # " + loadedNote + "\n"
)

// Report is the verdict at length, for a person: each failure with its line of
// the scenario, under what the scenario wants of the host if it is one that comes
// with modemsim, the end of the transcript, the seed, the speed if it is not 1,
// and the notes, each on lines that end with a line feed; what belongs to the
// line above is indented. Of a run that passed, only the notes are left.
func (v Verdict) Report(transcript string) string {
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
		b.WriteString(v.circumstances(transcript))
	}
	for _, note := range v.Notes {
		b.WriteString("note: " + note + "\n")
	}
	return b.String()
}

// circumstances are what a failure came about in.
func (v Verdict) circumstances(transcript string) string {
	var b strings.Builder
	b.WriteString("the last exchanges (> host, < modem, # note):\n")
	for row := range strings.Lines(LastExchanges(transcript, reportRows)) {
		b.WriteString("    " + row)
	}
	fmt.Fprintf(&b, "seed: %d\n", v.Seed)
	if v.Speed != 1 {
		fmt.Fprintf(&b, "speed: %g\n", v.Speed)
	}
	return b.String()
}

// LastExchanges are the last rows of a transcript, since the last scenario was
// loaded and without the lines of the FTP control connection.
func LastExchanges(transcript string, rows int) string {
	if i := strings.LastIndex(transcript, loadedRow); i >= 0 {
		transcript = transcript[i+len(loadedRow):]
	}
	var kept []string
	for row := range strings.Lines(transcript) {
		if !strings.Contains(row, " # ftp > ") && !strings.Contains(row, " # ftp < ") {
			kept = append(kept, row)
		}
	}
	return strings.Join(kept[max(0, len(kept)-rows):], "")
}
