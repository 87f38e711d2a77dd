package report

import (
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

// outcomes are a run that passed and one of two modems, of which the second failed.
func outcomes() []run.Outcome {
	passed := sim.Verdict{Passed: true, Speed: 1, Seed: 7, Notes: []string{"late"}}
	failed := sim.Verdict{
		Failures: []sim.Failure{{Where: "b.scn:1", Rule: "forbid AT", What: "forbidden, but it happened: AT"}},
		Notes:    []string{"late"}, Speed: 1, Seed: 8,
	}
	return []run.Outcome{
		{Scenario: "a.scn", Ending: run.Ending{After: time.Second}, Modems: []run.ModemOutcome{
			{Verdict: passed, Report: "note: late\n", Exchanges: transcript.Rows{{Text: "AT"}}},
		}},
		{Scenario: "b.scn", Ending: run.Ending{Cause: run.ByTimeout, Code: 143, Text: "host was ended after 2s (timeout)", After: 2 * time.Second}, Modems: []run.ModemOutcome{
			{Modem: 1, Verdict: passed},
			{Modem: 2, Verdict: failed, Report: "b.scn:1: forbidden, but it happened: AT\n    forbid AT\n", Exchanges: transcript.Rows{{Text: "AT\x00"}}, Err: errors.New("the wire\nfailed")},
		}},
	}
}

func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		outcome run.Outcome
		quiet   bool
		want    string
	}{
		"passed":       {outcomes()[0], false, "modemsim: note: late\n"},
		"passed quiet": {outcomes()[0], true, ""},
		"failed": {outcomes()[1], true, `modemsim: host was ended after 2s (timeout)
modemsim: modem 2: the wire; failed
modemsim: modem 2: b.scn:1: forbidden, but it happened: AT
    forbid AT
modemsim: note: late (2 of 2 modems)
`},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			Run(&b, c.outcome, c.quiet)
			if b.String() != c.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), c.want)
			}
		})
	}
}

func TestVerdict(t *testing.T) {
	all := outcomes()
	for _, c := range []struct {
		outcomes []run.Outcome
		planned  int
		want     string
	}{
		{all[:1], 1, "passed"},
		{all[1:], 1, "failed: 1 of 2 modems; modem 2: the wire; failed"},
		{append(all[:1:1], all[0]), 2, "passed: 2 scenarios"},
		{all, 2, "failed: 1 of 2 scenarios"},
		{all[:1], 3, "failed: 0 of 3 scenarios, 2 did not run"},
		{nil, 1, "failed: 0 of 1 scenarios, 1 did not run"},
	} {
		var b strings.Builder
		Verdict(&b, c.outcomes, c.planned)
		if want := "modemsim: verdict: " + c.want + "\n"; b.String() != want {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	}
}

// suite reads a report.
func suite(t *testing.T, file string) (s struct {
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Timestamp  time.Time  `xml:"timestamp,attr"`
	Host       string     `xml:"hostname,attr"`
	Properties []Property `xml:"properties>property"`
	Cases      []struct {
		Class      string     `xml:"classname,attr"`
		Properties []Property `xml:"properties>property"`
		Name       string     `xml:"name,attr"`
		Time       string     `xml:"time,attr"`
		Failure    *struct {
			Message string `xml:"message,attr"`
		} `xml:"failure"`
		Said string `xml:"system-err"`
	} `xml:"testcase"`
}) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = xml.Unmarshal(text, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The file is whole before the first run and after each, whichever run ends first.
func TestJUnit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.xml")
	j, err := NewJUnit(file, Suite{
		Properties: []Property{{"speed", "20"}},
		Cases: append(
			Cases(run.Config{Seed: 7}, "sh"),
			Cases(run.Config{Count: 2, Seed: 8, Scenarios: []run.Scenario{{Name: "b.scn"}}}, "sh")...),
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := suite(t, file); s.Tests != 3 || s.Errors != 3 || s.Failures != 0 || s.Cases[2].Name != "b.scn (modem 2)" {
		t.Errorf("at first %+v", s)
	}
	s := suite(t, file)
	if time.Since(s.Timestamp) > time.Minute || s.Host == "" || !slices.Equal(s.Properties, []Property{{"speed", "20"}}) {
		t.Errorf("the suite is %+v", s)
	}
	if c := s.Cases[0]; c.Class != "modemsim" || c.Name != "sh" || !slices.Equal(c.Properties, []Property{{"seed", "7"}}) {
		t.Errorf("case 1 is %+v", c)
	}
	if c := s.Cases[2]; c.Class != "b.scn" || !slices.Equal(c.Properties, []Property{{"seed", "9"}}) {
		t.Errorf("case 3 is %+v", c)
	}
	all := outcomes()
	all[1].Ending = run.Ending{After: 2 * time.Second}
	if err := j.Ended(1, all[1]); err != nil {
		t.Fatal(err)
	}
	s = suite(t, file)
	if s.Errors != 1 || s.Failures != 1 || s.Cases[1].Failure != nil || s.Cases[2].Time != "2.000" || s.Cases[2].Said != "    0.000000 # AT\uFFFD\n" {
		t.Errorf("after a run %+v", s)
	}
	if f := s.Cases[2].Failure; f == nil || f.Message != "failed: b.scn:1: forbidden, but it happened: AT; modem 2: the wire; failed" {
		t.Errorf("the failure is %+v", f)
	}
	if err := j.Ended(0, all[0]); err != nil {
		t.Fatal(err)
	}
	if s := suite(t, file); s.Errors != 0 || s.Failures != 1 || s.Cases[0].Said != "    0.000000 # AT\n" {
		t.Errorf("at the end %+v", s)
	}
	if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) != 1 {
		t.Errorf("left: %v, %v", files, err)
	}
}

// Runs that end at the same time are all in the report.
func TestJUnitOfParallelRuns(t *testing.T) {
	const runs = 20
	file := filepath.Join(t.TempDir(), "report.xml")
	j, err := NewJUnit(file, Suite{Cases: make([]Case, runs)})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range runs {
		all.Go(func() {
			if err := j.Ended(i, outcomes()[0]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s := suite(t, file); s.Tests != runs || s.Errors != 0 || s.Failures != 0 {
		t.Errorf("%+v", s)
	}
}

func TestJUnitThatCannotBeWritten(t *testing.T) {
	folder := t.TempDir()
	if _, err := NewJUnit(folder, Suite{}); !errors.Is(err, ErrNotAFile) {
		t.Errorf("%v", err)
	}
	file := filepath.Join(folder, "nowhere", "report.xml")
	if _, err := NewJUnit(file, Suite{}); err == nil || err.Error() != "write "+file+": no such file or directory" {
		t.Errorf("%v", err)
	}
	var none *JUnit
	if err := none.Ended(0, outcomes()[0]); err != nil {
		t.Error(err)
	}
}
