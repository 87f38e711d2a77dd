package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modemsim/modemsim/report"
	"github.com/modemsim/modemsim/run"
)

// execFlags are the flags of exec.
type execFlags struct {
	modemFlags
	scenarios []string
	junit     string
	timeout   time.Duration
	parent    bool
}

func execCommand() *cobra.Command {
	var x execFlags
	cmd := &cobra.Command{
		Use:   "exec [flags] [--scenario S]... -- PROGRAM ARG...",
		Short: "Start a modem for as long as a program runs",
		Long: `Start a modem and run a program with it. {tty} in its arguments becomes what the modem prints, {path} the path of a pty,
a unix socket or the device of serial, {host} and {port} the parts of tcp and rfc2217. The environment variable
MODEMSIM_TTY is {tty} too, and MODEMSIM_CTL the control socket of --ctl. Standard input and output are the program's alone.

With --count N there are N modems: {tty1} to {ttyN}, and so on; MODEMSIM_TTYS has all of them, one a line.

With --scenario the modem runs that scenario, and the run ends in a verdict, the last line on standard error. A scenario
is a file, or the name of one that 'modemsim scenarios' lists. Several are several runs, each with a new modem.

The exit code is the program's, 128+N when it died of signal N, 124 after --timeout, 127 when it cannot be started and
2 for wrong usage. When the program's is 0, or the one that the scenario expects, it is the verdict's: 0 or 1. Of several
runs it is that of the first that failed.`,
		Example: `  modemsim exec --timeout 30s -- ./host --port {tty}
  modemsim exec --scenario ftp-cut-and-resume --junit report.xml -- ./host --port {tty}`,
		Args: needProgram,
		RunE: func(_ *cobra.Command, args []string) error { return x.run(args) },
	}
	cmd.Flags().StringArrayVar(&x.scenarios, "scenario", nil, "run this `SCENARIO`, a file or a name; may be repeated")
	x.bind(cmd.Flags())
	bindJUnit(cmd.Flags(), &x.junit)
	cmd.Flags().DurationVar(&x.timeout, "timeout", 0, "end the program after `TIME`, such as 30s: SIGTERM, and SIGKILL 5 s later")
	bindCount(cmd.Flags(), &x.count)
	bindParent(cmd.Flags(), &x.parent)
	cmd.Flags().SetInterspersed(false) // what follows PROGRAM is the program's, with or without --
	return cmd
}

// run checks everything first, and then runs the program with modems for each scenario.
func (x *execFlags) run(args []string) error {
	if err := run.CanExec(); err != nil {
		return wrong("start modemsim --listen tcp: and the program one after the other", "%w", err)
	}
	if x.timeout < 0 {
		return wrong("write a time such as 30s or 2m", "--timeout %s is negative", x.timeout)
	}
	configs, err := x.configs()
	if err != nil {
		return err
	}
	program := run.Program{
		Args: args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Timeout: x.timeout, TimeoutName: "--timeout", Terminal: os.Stdin,
	}
	if err := program.Check(configs[0]); err != nil {
		return wrongProgram(args[0], err)
	}
	junit, err := x.newJUnit(x.junit, filepath.Base(args[0]), configs...)
	if err != nil {
		return err
	}
	defer junit.Close()
	signals := catchSignals(2) // the first asks the program to end, the second kills it
	catchContinue(signals)
	program.Signals = signals
	if err := errors.Join(bindToParent(x.parent), run.AdoptOrphans()); err != nil {
		return err
	}
	return x.runEach(configs, program, junit)
}

// configs returns a Config for each scenario, or a single one without scenarios.
func (x *execFlags) configs() (configs []run.Config, err error) {
	if len(x.scenarios) == 0 {
		c, err := x.config()
		return []run.Config{c}, err
	}
	if slices.Contains(x.scenarios, "") {
		return nil, wrong("'modemsim scenarios' lists those that come with the program", "--scenario: the name is empty")
	}
	for _, name := range x.scenarios {
		c, err := x.config(name)
		if err != nil {
			return nil, err
		}
		configs = append(configs, c)
	}
	return configs, nil
}

// runEach runs the program with the modems of each Config, one after the other, up to a signal.
func (x *execFlags) runEach(configs []run.Config, program run.Program, junit *report.JUnit) error {
	var outcomes []run.Outcome
	for i, c := range configs {
		o, err := x.runOne(c, program)
		if err != nil {
			return err
		}
		o.Err = errors.Join(o.Err, junitEnded(junit, i*len(o.Modems), o))
		if outcomes = append(outcomes, o); !o.Judged() {
			return failureOf(o)
		}
		report.Run(os.Stderr, o, x.quiet)
		if len(configs) > 1 {
			report.Line(os.Stderr, o)
		}
		if o.Ending.Cause == run.BySignal {
			break
		}
	}
	report.Verdict(os.Stderr, outcomes, len(configs))
	return firstFailure(outcomes, len(configs))
}

// runOne runs the program with the modems of a Config.
func (x *execFlags) runOne(c run.Config, program run.Program) (run.Outcome, error) {
	fleet, err := x.start(c)
	if err != nil {
		return run.Outcome{}, err
	}
	x.printSummary(os.Stderr, fleet)
	o, err := fleet.Exec(context.Background(), program)
	if err != nil {
		return o, cannotStart(err, "check that this machine can run it")
	}
	return o, nil
}

// firstFailure returns the first failure of several runs. Runs that a signal kept from starting
// fail too.
func firstFailure(outcomes []run.Outcome, planned int) error {
	for _, o := range outcomes {
		if err := failureOf(o); err != nil {
			return err
		}
	}
	if len(outcomes) < planned {
		return &failure{code: exitFailed}
	}
	return nil
}

func needProgram(_ *cobra.Command, args []string) error {
	if len(args) == 0 || args[0] == "" {
		return wrong("write modemsim exec -- PROGRAM {tty}", "exec: no program to run")
	}
	return nil
}

// wrongProgram says what to do about a program that did not pass its check.
func wrongProgram(name string, err error) error {
	placeholder := new(run.PlaceholderError)
	switch {
	case errors.As(err, &placeholder):
		return wrong(placeholderHint(placeholder), "exec: %w", err)
	case errors.Is(err, os.ErrPermission):
		return cannotStart(err, "make it executable: chmod +x "+name)
	case strings.Contains(name, "/"):
		return cannotStart(err, "check the path")
	}
	return cannotStart(err, "install it, or write its path, such as ./"+name)
}

// placeholderHint says what to write for a placeholder that the modems have no value for.
func placeholderHint(err *run.PlaceholderError) string {
	switch {
	case strings.HasPrefix(err.Modem, "0"):
		return "modems are counted from 1"
	case err.Modem != "":
		return "write --count " + err.Modem + " for so many modems"
	case err.Part == "path":
		return "write {tty}, {host} or {port}"
	}
	return "write {tty}, or --listen tcp:127.0.0.1:0"
}

// cannotStart returns the failure for a program that cannot be started.
func cannotStart(err error, hint string) error {
	part := new(run.Error)
	if errors.As(err, &part) && part.Part == run.PartProgram {
		return &failure{exitNoStart, err, hint}
	}
	return err
}
