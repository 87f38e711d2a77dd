package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A Program is a host program that is run with modems.
//
// It runs in a process group of its own. At a limit or a signal the group has 5 s to end before it
// is killed, and so has what the program leaves running when it ends. When this process is killed,
// so is the program, but not what that has started. The placeholders {tty},
// {path}, {host} and {port} in its arguments stand for what modem 1 is reached at, {tty2} and so on
// for modem 2; [Fleet.Environment] is added to its environment.
type Program struct {
	Args   []string // the program, a path or a name in PATH, and its arguments
	Dir    string   // its working directory; "" is that of this process
	Env    []string // its environment; nil is that of this process
	Stdin  io.Reader
	Stdout io.Writer // as those of exec.Cmd: nil is the null device
	Stderr io.Writer

	Timeout     time.Duration // after which it is ended; 0 is never
	TimeoutName string        // of Timeout in messages, such as a flag; "" is "timeout"

	// Signals are passed on to the program. The first one ends the run, the next one kills the
	// program; SIGCONT continues a program that was stopped. nil is none.
	Signals <-chan os.Signal

	// Terminal makes the program a job of the shell that started this process. If it is the
	// controlling terminal of this process, which has its foreground, the program gets the
	// foreground; at its end the terminal is as it was. When the program is stopped, so is the
	// process group of this process. SIGTTOU is ignored while it runs. So there may be one such
	// program at a time. nil is none of this.
	Terminal *os.File
}

// Check reports what is wrong with a program as far as that can be known before anything is
// started: a [PlaceholderError], or an [Error] about PartProgram that says why it is not found.
func (p Program) Check(c Config) error {
	if err := CanExec(); err != nil {
		return err
	}
	switch {
	case len(p.Args) == 0 || p.Args[0] == "":
		return errors.New("no program to run")
	case p.Timeout < 0:
		return fmt.Errorf("timeout %s is negative", p.Timeout)
	}
	if err := checkPlaceholders(p.Args[1:], c.Wire, c.count()); err != nil {
		return err
	}
	if _, err := exec.LookPath(p.Args[0]); err != nil {
		return cannotStart(err)
	}
	return nil
}

// cannotStart is the error of a program that does not run.
func cannotStart(err error) error {
	return &Error{Part: PartProgram, Err: fmt.Errorf("the program cannot be started: %w", err)}
}

// Exec starts the modems of a Config, runs a program with them until it ends or something else ends
// the run, and ends the modems. An error says that the program did not run; nothing is left running
// then. When ctx is done, the program is ended as at its timeout. It works on Linux only.
func Exec(ctx context.Context, c Config, p Program) (Outcome, error) {
	if err := p.Check(c); err != nil {
		return Outcome{}, err
	}
	f, err := Start(c)
	if err != nil {
		return Outcome{}, err
	}
	return f.Exec(ctx, p)
}

// Exec is the function [Exec] on a fleet that runs. The fleet is closed at its end.
func (f *Fleet) Exec(ctx context.Context, p Program) (Outcome, error) {
	e, err := f.runProgram(ctx, p)
	if err != nil {
		return Outcome{}, errors.Join(err, f.Close())
	}
	if f.judged() && e.Cause != ByScenario {
		inFlight, end := context.WithCancel(ctx)
		if e.Cause != ByItself { // what a program leaves that was ended has failed anyway
			end()
		}
		f.each(func(_ int, m *Modem) { m.Exited(inFlight, e.Code) })
		end()
	}
	if e.Cause == ByItself && f.isOver() { // by what the program did last
		e.Cause = ByScenario
	}
	return f.Finish(e), nil
}

// runProgram runs the program until it ends.
func (f *Fleet) runProgram(ctx context.Context, p Program) (Ending, error) {
	if err := p.Check(f.config); err != nil {
		return Ending{}, err
	}
	if p.TimeoutName == "" {
		p.TimeoutName = "timeout"
	}
	cmd := exec.Command(p.Args[0])
	cmd.Args = append(p.Args[:1:1], f.fill(p.Args[1:])...)
	cmd.Dir, cmd.Env = p.Dir, p.Env
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], f.Environment()...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.Stdin, p.Stdout, p.Stderr
	return runCommand(ctx, cmd, p, f.Over())
}
