package run

import (
	"fmt"
	"time"
)

// An Ending is how a run ended.
type Ending struct {
	Cause Cause
	After time.Duration // since the start of the program, or else of the modems

	// What follows is the zero value without a program.
	Code   int    // its exit code, or 128 and the signal that it died of
	Killed bool   // it died of a signal
	Text   string // how it ended, such as "sh ended with exit code 3"

	limit string // how messages call the limit of a timeout
}

// A Cause is what ended a run. Of several it is the first.
type Cause int

// ExitSignal and the number of the signal that a program died of are its exit code, as in a shell.
const ExitSignal = 128

// What ends a run.
const (
	ByItself   Cause = iota // the program did, or the modem when there is none
	ByTimeout               // Program.Timeout
	BySignal                // one of those that were passed in
	ByScenario              // pass, fail or within
	ByContext               // the context was done
)

// String returns the cause as a word: program, timeout, signal, scenario or context.
func (c Cause) String() string {
	return [...]string{"program", "timeout", "signal", "scenario", "context"}[c]
}

// why is the end in the words of a verdict.
func (e Ending) why() string {
	after := "after " + duration(e.After)
	switch e.Cause {
	case ByTimeout:
		return "the program was ended " + after + " (" + e.limit + ")"
	case BySignal:
		return "a signal ended the run " + after
	case ByScenario:
		return "the scenario ended the run " + after
	case ByContext:
		return "the run was given up " + after
	}
	return "the program ended " + after
}

// duration is a time to read: 350 ms, 12.3 s.
func duration(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%g s", d.Round(100*time.Millisecond).Seconds())
}
