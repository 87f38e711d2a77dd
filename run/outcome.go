package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

// An Outcome is what a run came to.
type Outcome struct {
	Scenario string // its name, or those of the modems' scenarios; "": none, and no verdict
	Ending   Ending
	Modems   []ModemOutcome // in the order of their numbers
	Err      error          // what went wrong beside
}

// A ModemOutcome is what a run came to for one modem.
type ModemOutcome struct {
	Modem     int             // its number in a fleet; 0: it was the only one
	Verdict   sim.Verdict     // without a scenario the zero value
	Report    string          // the verdict at length, of sim.Verdict.Report; in a fleet without notes
	Exchanges transcript.Rows // the end of the transcript
	Err       error           // what went wrong with this modem beside
}

// exchangesRows is how much of the transcript an outcome keeps.
const exchangesRows = 200

// Finish ends a run: each modem's scenario is judged, and the fleet is closed.
func (f *Fleet) Finish(e Ending) Outcome {
	o := Outcome{Scenario: f.Scenario(), Ending: e, Modems: make([]ModemOutcome, len(f.modems))}
	f.each(func(i int, m *Modem) { o.Modems[i] = f.finish(m, e.why()) })
	o.Err = f.Close()
	return o
}

// finish ends a run for one modem.
func (f *Fleet) finish(m *Modem, why string) ModemOutcome {
	rows := m.Transcript() // before the verdict adds to it
	o := ModemOutcome{Modem: f.shownNumber(m), Exchanges: rows.LastExchanges(exchangesRows)}
	if f.judged() {
		o.Verdict = m.Judge(why)
		shown := o.Verdict
		if o.Modem != 0 {
			shown.Notes = nil // most are the same for all modems
		}
		o.Report = shown.Report(rows)
	}
	o.Err = m.close()
	return o
}

// Of returns the outcome for one of its modems alone.
func (o Outcome) Of(m ModemOutcome) Outcome {
	o.Modems = []ModemOutcome{m}
	return o
}

// Judged reports whether the modems ran a scenario.
func (o Outcome) Judged() bool { return o.Scenario != "" }

// Failed reports whether the run failed: by the verdict of a modem, by the program, or because
// something went wrong beside.
func (o Outcome) Failed() bool {
	return o.ProgramFailed() || o.Err != nil || o.FailedModems() > 0
}

// ProgramFailed reports whether the end of the program says that the run failed: at its timeout, or
// by an exit code that is not 0 and that no scenario expected. When the scenario ended the program,
// its code says nothing.
func (o Outcome) ProgramFailed() bool {
	e := o.Ending
	if e.Cause == ByTimeout {
		return true
	}
	wanted := func(m ModemOutcome) bool { return m.Verdict.ExitWanted }
	return e.Cause != ByScenario && e.Code != 0 && !slices.ContainsFunc(o.Modems, wanted)
}

// FailedModems counts the modems whose verdict failed, or that something went wrong with.
func (o Outcome) FailedModems() int {
	n := 0
	for _, m := range o.Modems {
		if m.Err != nil || o.Judged() && !m.Verdict.Passed {
			n++
		}
	}
	return n
}

// Errors returns what went wrong beside the verdicts and the program.
func (o Outcome) Errors() []error {
	var errs []error
	for _, m := range o.Modems {
		if m.Err != nil {
			errs = append(errs, fmt.Errorf("%s%w", modemPrefix(m.Modem), m.Err))
		}
	}
	if o.Err != nil {
		errs = append(errs, o.Err)
	}
	return errs
}

// String returns the outcome on one line: the verdict, such as "passed" or "failed: " and the first
// failure, and what failed beside. What failed beside comes first when the verdict alone is passed.
// It is empty for a run that went well without a scenario.
func (o Outcome) String() string {
	var beside []string
	if o.ProgramFailed() && !o.verdictFailed() {
		beside = append(beside, o.Ending.Text)
	}
	for _, err := range o.Errors() {
		beside = append(beside, OneLine(err))
	}
	text := strings.Join(beside, "; ")
	switch {
	case !o.Judged():
		return text
	case text == "":
		return o.verdict()
	case o.verdictFailed():
		return o.verdict() + "; " + text
	}
	itself := "passed"
	if speed := o.Modems[0].Verdict.Speed; speed != 1 {
		itself += fmt.Sprintf(", at %g times the speed", speed)
	}
	return fmt.Sprintf("failed: %s (the scenario itself %s)", text, itself)
}

// verdictFailed reports whether the verdict of a modem failed.
func (o Outcome) verdictFailed() bool {
	return o.Judged() && slices.ContainsFunc(o.Modems, func(m ModemOutcome) bool { return !m.Verdict.Passed })
}

// verdict is that of the only modem, or how many of several passed.
func (o Outcome) verdict() string {
	if len(o.Modems) == 1 {
		return o.Modems[0].Verdict.String()
	}
	if n := o.FailedModems(); n > 0 {
		return fmt.Sprintf("failed: %d of %d modems", n, len(o.Modems))
	}
	return fmt.Sprintf("passed: %d modems", len(o.Modems))
}

// OneLine returns the text of an error on one line. Joined errors are a line of their own each.
func OneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
