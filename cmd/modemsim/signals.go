package main

import (
	"os"
	"os/signal"
	"syscall"
)

// catchSignals gives the signals that ask modemsim to end, so that none of
// them ends it before it has cleaned up. A hang-up that whoever started it
// chose to ignore (nohup) stays ignored. A closed standard output becomes an
// error of the write.
func catchSignals() chan os.Signal {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return signals
}
