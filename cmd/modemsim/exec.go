package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// An execution is what exec was asked to do.
type execution struct {
	modemFlags
	scenarios []string
	junit     string
	timeout   time.Duration
	parent    bool
}

func execCommand() *cobra.Command {
	var x execution
	cmd := &cobra.Command{
		Use:   "exec [flags] [--scenario S]... -- PROGRAM ARG...",
		Short: "Start a modem for as long as a program runs",
		Long: `Start a modem and run a program with it. {tty} in its arguments becomes what the modem is reached at, {path} the path of
a pty, a unix socket or the device of serial, {host} and {port} the parts of tcp and rfc2217. The environment variable
MODEMSIM_TTY is {tty} too, and MODEMSIM_CTL the control socket of --ctl. Standard input and output are the program's alone.

With --count N there are N modems: {tty1} to {ttyN}, and so on; MODEMSIM_TTYS has all of them, one a line.

With --scenario the modem lives through that, and the run ends in a verdict, the last line on standard error. A scenario
is a file, or the name of one that 'modemsim scenarios' lists. Several are several runs, each with a new modem.

The exit code is the program's, 128+N when it died of signal N, 124 after --timeout, 127 when it cannot be started and
2 for wrong usage. When the program's is 0, or the one that the scenario expects, it is the verdict's: 0 or 1. Of several
runs it is that of the first that failed.`,
		Example: `  modemsim exec --timeout 30s -- ./host --port {tty}
  modemsim exec --scenario ftp-cut-and-resume --junit report.xml -- ./host --port {tty}`,
		Args: needProgram,
		RunE: func(_ *cobra.Command, args []string) error { return x.run(args) },
	}
	cmd.Flags().StringArrayVar(&x.scenarios, "scenario", nil, "live through this `SCENARIO`, a file or a name; may be repeated")
	x.bind(cmd.Flags())
	bindJUnit(cmd.Flags(), &x.junit)
	cmd.Flags().DurationVar(&x.timeout, "timeout", 0, "end the program after `TIME`, such as 30s: SIGTERM, and SIGKILL 5 s later")
	bindCount(cmd.Flags(), &x.count)
	bindParent(cmd.Flags(), &x.parent)
	cmd.Flags().SetInterspersed(false) // what follows PROGRAM is the program's, with or without --
	return cmd
}

// run finds first what is wrong, and then starts modem and program for each
// scenario.
func (x *execution) run(args []string) error {
	if err := canExec(); err != nil {
		return err
	}
	if x.timeout < 0 {
		return wrong("write a time such as 30s or 2m", "--timeout %s is below zero", x.timeout)
	}
	worlds, err := x.worlds()
	if err != nil {
		return err
	}
	if err := x.checkPlaceholders(args[1:]); err != nil {
		return err
	}
	program, err := findProgram(args[0])
	if err != nil {
		return err
	}
	names := x.scenarios
	if len(names) == 0 {
		names = []string{filepath.Base(args[0])}
	}
	report, err := newJUnit(x.junit, caseNames(names, x.count))
	if err != nil {
		return err
	}
	signals := catchSignals()
	if err := bindToParent(x.parent); err != nil {
		return err
	}
	var outcomes []outcome
	for i, fleet := range worlds {
		o, err := x.one(fleet, program, args, signals)
		if err != nil {
			return err
		}
		o.err = errors.Join(o.err, report.ended(i, o))
		if outcomes = append(outcomes, o); o.scenario == "" {
			return o.failure()
		}
		x.tell(o, len(worlds))
		if o.ending.by == bySignal {
			break
		}
	}
	tellVerdict(os.Stderr, outcomes, len(worlds))
	return firstFailure(outcomes, len(worlds))
}

// worlds are those of the modems in the run of each scenario, or in the only one without any.
func (x *execution) worlds() (worlds [][]world, err error) {
	if len(x.scenarios) == 0 {
		w, err := x.prepare()
		return [][]world{w}, err
	}
	if slices.Contains(x.scenarios, "") {
		return nil, wrong("'modemsim scenarios' lists those that come with the program", "--scenario: the name is empty")
	}
	for _, name := range x.scenarios {
		w, err := x.prepare(name)
		if err != nil {
			return nil, err
		}
		worlds = append(worlds, w)
	}
	return worlds, nil
}

// one runs the program with modems in their worlds.
func (x *execution) one(worlds []world, program string, args []string, signals <-chan os.Signal) (outcome, error) {
	fl, err := x.start(worlds)
	if err != nil {
		return outcome{}, err
	}
	scenario := worlds[0].scenario
	x.greet(os.Stderr, fl, scenario)
	cmd := exec.Command(program)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Args = append(args[:1:1], fl.fill(args[1:])...)
	cmd.Env = fl.environment()
	e, err := runProgram(cmd, limits{x.timeout, fl.over()}, signals)
	if err != nil {
		return outcome{}, errors.Join(err, fl.Close())
	}
	if scenario != "" && e.by != byScenario {
		fl.each(func(_ int, s *station) { s.modem.Exited(e.code) })
	}
	if e.by == byItself && fl.isOver() { // by what the program did last
		e.by = byScenario
	}
	return fl.conclude(scenario, e), nil
}

// tell prints what there is to say of one run of several, or of the only one.
func (x *execution) tell(o outcome, scenarios int) {
	o.tell(os.Stderr, x.quiet)
	if scenarios > 1 {
		fmt.Fprintf(os.Stderr, "modemsim: %s: %s\n", o.scenario, o)
	}
}

// firstFailure is what several runs end with. One that a signal kept from
// running is no success.
func firstFailure(outcomes []outcome, scenarios int) error {
	for _, o := range outcomes {
		if err := o.failure(); err != nil {
			return err
		}
	}
	if len(outcomes) < scenarios {
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

// findProgram looks for the program before anything is started.
func findProgram(name string) (path string, err error) {
	path, err = exec.LookPath(name)
	switch {
	case err == nil:
		return path, nil
	case errors.Is(err, os.ErrPermission):
		return "", cannotStart(err, "make it executable: chmod +x "+name)
	case strings.Contains(name, "/"):
		return "", cannotStart(err, "check the path")
	}
	return "", cannotStart(err, "install it, or write its path, such as ./"+name)
}

// cannotStart is the failure of a program that does not run.
func cannotStart(err error, hint string) error {
	return &failure{exitNoStart, fmt.Errorf("the program cannot be started: %w", err), hint}
}
