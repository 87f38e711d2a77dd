package main

import (
	"os"
	"os/signal"
	"syscall"
)

// catchContinue adds the signal by which a shell continues a job. A program under exec is continued
// then.
func catchContinue(signals chan<- os.Signal) { signal.Notify(signals, syscall.SIGCONT) }
