package main

import (
	"errors"

	"github.com/modemsim/modemsim/run"
)

// exitCode is that of a run: the program's if that says that the run failed, or else the verdict's.
func exitCode(o run.Outcome) int {
	switch {
	case o.Ending.Cause == run.ByTimeout:
		return exitTimeout
	case o.ProgramFailed():
		return o.Ending.Code
	case o.Failed():
		return exitFailed
	}
	return 0
}

// failureOf is what modemsim ends with when this was its only run.
func failureOf(o run.Outcome) error {
	switch err := errors.Join(o.Errors()...); {
	case o.Judged() && o.Failed():
		return &failure{code: exitCode(o)} // the verdict has said why
	case o.Judged():
		return nil
	case err == nil:
		return programFailure(o.Ending)
	default:
		return &failure{code: exitCode(o), err: errors.Join(programFailure(o.Ending), err)}
	}
}

// programFailure is what exec without a scenario ends with. What the program said itself is not
// said again.
func programFailure(e run.Ending) error {
	switch {
	case e.Cause == run.ByTimeout:
		return &failure{code: exitTimeout, err: errors.New(e.Text)}
	case e.Code == 0:
		return nil
	case e.Cause == run.ByItself && e.Killed:
		return &failure{code: e.Code, err: errors.New(e.Text)}
	}
	return &failure{code: e.Code}
}
