package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/sim"
)

// An outcome is what one run came to.
type outcome struct {
	scenario string // "": none, and no verdict
	ending   ending
	parts    []part // of the modems
	err      error  // what else went wrong
}

// A part is what a run came to for one modem.
type part struct {
	modem     int // its number in a fleet; 0: there is no other
	verdict   sim.Verdict
	report    string // of the verdict, without the notes in a fleet
	exchanges string // the end of the transcript
	err       error  // what else went wrong with this modem
}

// junitRows is how much of the transcript the JUnit report shows.
const junitRows = 200

// conclude ends a run and the modems.
func (fl *fleet) conclude(scenario string, e ending) outcome {
	o := outcome{scenario: scenario, ending: e, parts: make([]part, len(fl.stations))}
	fl.each(func(i int, s *station) { o.parts[i] = s.conclude(scenario != "", len(fl.stations) > 1, e.why()) })
	o.err = fl.Close()
	return o
}

// conclude ends a run for its modem.
func (s *station) conclude(judged, fleet bool, why string) part {
	transcript := s.modem.Transcript() // before the verdict adds to it
	p := part{exchanges: sim.LastExchanges(transcript, junitRows)}
	if fleet {
		p.modem = s.number
	}
	if judged {
		p.verdict = s.modem.Judge(why)
		shown := p.verdict
		if fleet {
			shown.Notes = nil // each is told once for all modems
		}
		p.report = shown.Report(transcript)
	}
	p.err = s.Close()
	return p
}

// of is the outcome for one modem alone.
func (o outcome) of(p part) outcome {
	o.parts = []part{p}
	return o
}

// code is the exit code: the program's if that is not 0, unless the scenario
// wanted it or ended the program; else the verdict's.
func (o outcome) code() int {
	switch e := o.ending; {
	case e.by == byTimeout:
		return exitTimeout
	case o.refuted():
		return e.code
	case o.err != nil, o.failed() > 0:
		return exitFailed
	}
	return 0
}

// refuted reports whether the program's end says that the run failed.
func (o outcome) refuted() bool {
	wanted := func(p part) bool { return p.verdict.ExitWanted }
	return o.ending.by == byTimeout || o.ending.by != byScenario && o.ending.code != 0 && !slices.ContainsFunc(o.parts, wanted)
}

// failed counts the modems whose verdict failed, or that something went wrong with.
func (o outcome) failed() int {
	n := 0
	for _, p := range o.parts {
		if p.err != nil || o.scenario != "" && !p.verdict.Passed {
			n++
		}
	}
	return n
}

// String is the outcome on one line.
func (o outcome) String() string {
	var parts []string
	passed := o.failed() == 0
	if o.scenario != "" {
		parts = append(parts, o.verdict())
	}
	if o.refuted() && (o.scenario == "" || passed) {
		parts = append(parts, o.ending.what)
	}
	for _, err := range o.errors() {
		parts = append(parts, oneLine(err))
	}
	return strings.Join(parts, ", but ")
}

// verdict is that of the only modem, or how many of several passed.
func (o outcome) verdict() string {
	if len(o.parts) == 1 {
		return o.parts[0].verdict.String()
	}
	if n := o.failed(); n > 0 {
		return fmt.Sprintf("failed: %d of %d modems", n, len(o.parts))
	}
	return fmt.Sprintf("passed: %d modems", len(o.parts))
}

// errors are what went wrong beside the verdicts.
func (o outcome) errors() []error {
	var errs []error
	for _, p := range o.parts {
		if p.err != nil {
			errs = append(errs, fmt.Errorf("%s%w", p.who(), p.err))
		}
	}
	if o.err != nil {
		errs = append(errs, o.err)
	}
	return errs
}

// who is the modem in front of what is said about it.
func (p part) who() string {
	if p.modem == 0 {
		return ""
	}
	return fmt.Sprintf("modem %d: ", p.modem)
}

// failure is what modemsim ends with when this was its only run.
func (o outcome) failure() error {
	err := errors.Join(o.errors()...)
	switch {
	case o.scenario == "" && err == nil:
		return o.ending.failure()
	case o.scenario == "":
		return &failure{code: o.code(), err: errors.Join(o.ending.failure(), err)}
	case o.code() != 0:
		return &failure{code: o.code()} // the verdict has said why
	}
	return nil
}

// tell prints what there is to say of a scenario's run, but for its verdict.
func (o outcome) tell(w io.Writer, quiet bool) {
	if e := o.ending; o.refuted() && (e.by == byTimeout || e.by == byItself && e.died) {
		fmt.Fprintf(w, "modemsim: %s\n", e.what)
	}
	for _, err := range o.errors() {
		fmt.Fprintf(w, "modemsim: %s\n", oneLine(err))
	}
	for _, p := range o.parts {
		if quiet && p.verdict.Passed {
			continue
		}
		for line := range strings.Lines(p.report) {
			if !strings.HasPrefix(line, " ") {
				line = "modemsim: " + p.who() + line
			}
			io.WriteString(w, line)
		}
	}
	if len(o.parts) > 1 && (!quiet || o.failed() > 0) {
		o.tellNotes(w)
	}
}

// tellNotes prints each note of a fleet's verdicts once.
func (o outcome) tellNotes(w io.Writer) {
	var notes []string
	modems := make(map[string]int)
	for _, p := range o.parts {
		for _, note := range p.verdict.Notes {
			if modems[note]++; modems[note] == 1 {
				notes = append(notes, note)
			}
		}
	}
	for _, note := range notes {
		fmt.Fprintf(w, "modemsim: note: %s (%d of %d modems)\n", note, modems[note], len(o.parts))
	}
}

// tellVerdict prints the last line: the verdict of one scenario, or how many
// of several passed.
func tellVerdict(w io.Writer, outcomes []outcome, scenarios int) {
	if scenarios == 1 {
		fmt.Fprintf(w, "modemsim: verdict: %s\n", outcomes[0])
		return
	}
	failed, missing := 0, scenarios-len(outcomes)
	for _, o := range outcomes {
		if o.code() != 0 {
			failed++
		}
	}
	text := fmt.Sprintf("passed: %d scenarios", scenarios)
	if failed+missing > 0 {
		text = fmt.Sprintf("failed: %d of %d scenarios", failed, scenarios)
	}
	if missing > 0 {
		text += fmt.Sprintf(", %d did not run", missing)
	}
	fmt.Fprintf(w, "modemsim: verdict: %s\n", text)
}
