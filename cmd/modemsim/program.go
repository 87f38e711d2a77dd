package main

import (
	"errors"
	"fmt"
	"time"
)

// limits are what ends a program that does not end by itself.
type limits struct {
	time time.Duration   // 0: none
	over <-chan struct{} // closed when the scenario says that the run is over
}

// An ending is how a program under exec came to its end.
type ending struct {
	by    cause
	code  int           // the program's, or 128 and the signal that it died of
	died  bool          // of a signal
	what  string        // with its name, such as "sh ended with exit code 3"
	after time.Duration // since its start
}

// A cause is who ended a program.
type cause int

const (
	byItself   cause = iota
	byTimeout        // --timeout
	bySignal         // to modemsim
	byScenario       // pass, fail or within
)

// failure is what exec without a scenario ends with. What the program said
// itself is not said again.
func (e ending) failure() error {
	switch {
	case e.by == byTimeout:
		return &failure{code: exitTimeout, err: errors.New(e.what)}
	case e.code == 0:
		return nil
	case e.by == byItself && e.died:
		return &failure{code: e.code, err: errors.New(e.what)}
	}
	return &failure{code: e.code}
}

// why is the end in the words of a verdict.
func (e ending) why() string {
	after := "after " + lasted(e.after)
	switch e.by {
	case byTimeout:
		return "the program was ended " + after + " (--timeout)"
	case bySignal:
		return "a signal ended the run " + after
	case byScenario:
		return "the scenario ended the run " + after
	}
	return "the program ended " + after
}

// lasted is a time to read: 350 ms, 12.3 s.
func lasted(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%g s", d.Round(100*time.Millisecond).Seconds())
}
