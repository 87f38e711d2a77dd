package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/modemsim/modemsim/run"
)

// When something is wrong, modemsim prints one line on standard error that begins with "modemsim:"
// and says what, and where the next step can be guessed a second one that begins with "modemsim:
// hint:". Nothing else is printed, no usage text, and nothing was started.

// Exit codes, besides those of a program under exec.
const (
	exitFailed  = 1   // something broke while it ran
	exitUsage   = 2   // wrong flags, arguments or files
	exitTimeout = 124 // exec: the time was over
	exitNoStart = 127 // exec: the program cannot be started
)

// A failure is an error with an exit code. Without an err nothing is printed: the program under
// exec has said what there was to say.
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

// wrong returns the failure for wrong usage: of flags, arguments or files.
func wrong(hint, format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...), hint}
}

// usage makes an error a failure for wrong usage, unless it is a failure already.
func usage(err error) error {
	if errors.As(err, new(*failure)) {
		return err
	}
	return &failure{code: exitUsage, err: err}
}

// explain prints an error and its hint, and returns the exit code.
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
