package main

import (
	"os"
	"os/signal"
	"syscall"
)

// catchSignals returns the signals that ask modemsim to end, which then do not end it before it has
// cleaned up. A hang-up that was ignored when modemsim was started (nohup) stays ignored. SIGPIPE
// is caught so that a closed standard output is an error of the write.
func catchSignals() chan os.Signal {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return signals
}
