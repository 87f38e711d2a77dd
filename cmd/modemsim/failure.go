package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/modemsim/modemsim/run"
)

// How modemsim speaks when something is wrong: one line on standard error that
// begins with "modemsim:" and says what is wrong, and where the next step can
// be guessed a second one that begins with "modemsim: hint:". Nothing else, no
// usage text, and nothing was started.

// Exit codes, besides those of a program under exec.
const (
	exitFailed  = 1   // something broke while it ran
	exitUsage   = 2   // wrong flags, arguments or files
	exitTimeout = 124 // exec: the time was over
	exitNoStart = 127 // exec: the program cannot be started
)

// A failure is an end with an exit code of its own. Without an err it is
// silent: the program under exec has said what there was to say.
type failure struct {
	code int
	err  error
	hint string // "" without
}

func (f *failure) Error() string {
	if f.err == nil {
		return ""
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// wrong is the failure of wrong usage: flags, arguments or files.
func wrong(hint, format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...), hint}
}

// usage makes wrong usage of an error that is not marked as anything yet.
func usage(err error) error {
	if errors.As(err, new(*failure)) {
		return err
	}
	return &failure{code: exitUsage, err: err}
}

// explain prints what there is to say about an error and returns the exit code.
func explain(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	f := &failure{code: exitFailed, err: err}
	errors.As(err, &f)
	if text := run.OneLine(err); text != "" {
		fmt.Fprintf(w, "modemsim: %s\n", text)
	}
	if f.hint != "" {
		fmt.Fprintf(w, "modemsim: hint: %s\n", f.hint)
	}
	return f.code
}
