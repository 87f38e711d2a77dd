package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/report"
	"github.com/modemsim/modemsim/run"
)

func bindJUnit(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "junit", "", "write a JUnit report to `FILE`, a test case for each run and modem")
}

// newJUnit writes the report of --junit for the first time; file "" is none. name is that of a run
// without a scenario.
func (f *modemFlags) newJUnit(file, name string, configs ...run.Config) (*report.JUnit, error) {
	if file == "" {
		return nil, nil
	}
	suite := report.Suite{Properties: []report.Property{
		{Name: "version", Value: moduleVersion()},
		{Name: "profile", Value: f.profile},
		{Name: "speed", Value: strconv.FormatFloat(f.speed, 'g', -1, 64)},
	}}
	for _, c := range configs {
		suite.Cases = append(suite.Cases, report.Cases(c, name)...)
	}
	j, err := report.NewJUnit(file, suite)
	switch {
	case errors.Is(err, report.ErrInUse):
		return nil, wrong("wait for its end, or name another file", "--junit: %w", err)
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
