package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/report"
	"github.com/modemsim/modemsim/run"
)

func bindJUnit(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "junit", "", "write a JUnit report to `FILE`, a test case for each run and modem")
}

// newJUnit writes the report of --junit for the first time; file "" is none.
func newJUnit(file string, cases []string) (*report.JUnit, error) {
	if file == "" {
		return nil, nil
	}
	j, err := report.NewJUnit(file, cases)
	switch {
	case errors.Is(err, report.ErrNotAFile):
		return nil, wrong("name a file", "--junit: %w", err)
	case err != nil:
		return nil, wrong("name a file in a folder that you can write to", "--junit: %w", err)
	}
	return j, nil
}

// junitEnded records a run, whose first test case is that with the index first.
func junitEnded(j *report.JUnit, first int, o run.Outcome) error {
	if err := j.Ended(first, o); err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return nil
}
