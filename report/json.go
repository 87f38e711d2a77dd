package report

import (
	"encoding/json"
	"io"

	"github.com/modemsim/modemsim/run"
)

// A jsonRun is an outcome as JSON.
type jsonRun struct {
	Scenario string      `json:"scenario,omitempty"`
	Passed   bool        `json:"passed"`
	Text     string      `json:"text"`     // on one line
	EndedBy  string      `json:"ended_by"` // program, timeout, signal, scenario or context
	ExitCode int         `json:"exit_code"`
	Seconds  float64     `json:"seconds"`
	Errors   []string    `json:"errors"`
	Modems   []jsonModem `json:"modems"`
}

// A jsonModem is the outcome for one modem. Without a scenario its verdict is left out.
type jsonModem struct {
	Modem     int          `json:"modem"` // from 1
	Verdict   *jsonVerdict `json:"verdict,omitempty"`
	Exchanges string       `json:"exchanges"`
}

// A jsonVerdict has the fields that the control socket answers with.
type jsonVerdict struct {
	Passed   bool          `json:"passed"`
	Text     string        `json:"text"`
	Failures []jsonFailure `json:"failures"`
	Notes    []string      `json:"notes"`
	Speed    float64       `json:"speed"`
	Seed     uint64        `json:"seed"`
	Report   string        `json:"report"`
}

type jsonFailure struct {
	Where string `json:"where"` // FILE:LINE
	Rule  string `json:"rule"`
	What  string `json:"what"`
}

// JSON writes an array with an object for each run, in lines that a person can read too.
func JSON(w io.Writer, outcomes []run.Outcome) error {
	runs := []jsonRun{}
	for _, o := range outcomes {
		runs = append(runs, newJSONRun(o))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(runs)
}

func newJSONRun(o run.Outcome) jsonRun {
	r := jsonRun{
		Scenario: o.Scenario, Passed: !o.Failed(), Text: o.String(),
		EndedBy: o.Ending.Cause.String(), ExitCode: o.Ending.Code, Seconds: o.Ending.After.Seconds(), Errors: []string{},
	}
	for _, err := range o.Errors() {
		r.Errors = append(r.Errors, run.OneLine(err))
	}
	for _, m := range o.Modems {
		shown := jsonModem{Modem: max(m.Modem, 1), Exchanges: m.Exchanges.String()}
		if o.Judged() {
			shown.Verdict = newJSONVerdict(m)
		}
		r.Modems = append(r.Modems, shown)
	}
	return r
}

func newJSONVerdict(m run.ModemOutcome) *jsonVerdict {
	v := m.Verdict
	shown := &jsonVerdict{
		Passed: v.Passed, Text: v.String(), Failures: []jsonFailure{}, Notes: append([]string{}, v.Notes...),
		Speed: v.Speed, Seed: v.Seed, Report: m.Report,
	}
	for _, f := range v.Failures {
		shown.Failures = append(shown.Failures, jsonFailure(f))
	}
	return shown
}
