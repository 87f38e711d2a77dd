package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/run"
)

// sameSignal is how soon the same signal again is the same request to end: timeout(1) sends its
// signal to the program and then to the program's process group.
const sameSignal = 200 * time.Millisecond

// catchSignals returns the signals that ask modemsim to end, which then do not end it before it has
// cleaned up. That is so for the first ones, as many as patience says: the next one ends the
// process at once, whatever the clean-up waits for. A hang-up that was ignored when modemsim was
// started (nohup) stays ignored. SIGPIPE is caught so that a closed standard output is an error of
// the write.
func catchSignals(patience int) chan os.Signal {
	caught, signals := make(chan os.Signal, patience+1), make(chan os.Signal, patience+1)
	signal.Notify(caught, syscall.SIGINT, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(caught, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		var last os.Signal
		var at time.Time
		for s := range caught {
			if s == last && time.Since(at) < sameSignal {
				continue
			}
			last, at = s, time.Now()
			if patience == 0 {
				endAtOnce(s.(syscall.Signal))
			}
			patience--
			select {
			case signals <- s:
			default: // nobody takes them any more
			}
		}
	}()
	return signals
}

// endAtOnce ends the process as a shell reports a signal.
func endAtOnce(s syscall.Signal) {
	fmt.Fprintf(os.Stderr, "modemsim: ended at once by another signal (%s); the next start removes what is left behind\n", s)
	os.Exit(run.ExitSignal + int(s))
}
