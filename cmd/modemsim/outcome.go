package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/modemsim/modemsim/sim"
)

// An outcome is what one run came to.
type outcome struct {
	scenario  string // "": none, and no verdict
	ending    ending
	verdict   sim.Verdict
	report    string // of the verdict
	exchanges string // the end of the transcript
	err       error  // what else went wrong
}

// junitRows is how much of the transcript the JUnit report shows.
const junitRows = 200

// conclude ends a run and the modem.
func (s *station) conclude(scenario string, e ending) outcome {
	transcript := s.modem.Transcript() // before the verdict adds to it
	o := outcome{scenario: scenario, ending: e, exchanges: sim.LastExchanges(transcript, junitRows)}
	if scenario != "" {
		o.verdict = s.modem.Judge(e.why())
		o.report = o.verdict.Report(transcript)
	}
	o.err = s.Close()
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
	case o.err != nil, o.scenario != "" && !o.verdict.Passed:
		return exitFailed
	}
	return 0
}

// refuted reports whether the program's end says that the run failed.
func (o outcome) refuted() bool {
	return o.ending.by == byTimeout || o.ending.by != byScenario && o.ending.code != 0 && !o.verdict.ExitWanted
}

// String is the outcome on one line.
func (o outcome) String() string {
	var parts []string
	if o.scenario != "" {
		parts = append(parts, o.verdict.String())
	}
	if o.refuted() && (o.scenario == "" || o.verdict.Passed) {
		parts = append(parts, o.ending.what)
	}
	if o.err != nil {
		parts = append(parts, oneLine(o.err))
	}
	return strings.Join(parts, ", but ")
}

// failure is what modemsim ends with when this was its only run.
func (o outcome) failure() error {
	switch {
	case o.scenario == "" && o.err == nil:
		return o.ending.failure()
	case o.scenario == "":
		return &failure{code: o.code(), err: errors.Join(o.ending.failure(), o.err)}
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
	if o.err != nil {
		fmt.Fprintf(w, "modemsim: %s\n", oneLine(o.err))
	}
	if quiet && o.verdict.Passed {
		return
	}
	for line := range strings.Lines(o.report) {
		if !strings.HasPrefix(line, " ") {
			line = "modemsim: " + line
		}
		io.WriteString(w, line)
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
