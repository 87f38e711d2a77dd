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
		Long: `Start a modem and run a program with it. {tty} in its arguments becomes the path of the modem, as does {path};
the environment variable MODEMSIM_TTY holds it too, and MODEMSIM_CTL the control socket of --ctl. Standard input and
output are the program's alone.

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
	bindParent(cmd.Flags(), &x.parent)
	cmd.Flags().SetInterspersed(false) // what follows PROGRAM is the program's, with or without --
	return cmd
}

// run finds first what is wrong, and then starts modem and program for each
// scenario.
func (x *execution) run(args []string) error {
	if x.timeout < 0 {
		return wrong("write a time such as 30s or 2m", "--timeout %s is below zero", x.timeout)
	}
	worlds, err := x.worlds()
	if err != nil {
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
	report, err := newJUnit(x.junit, names)
	if err != nil {
		return err
	}
	signals := catchSignals()
	if err := bindToParent(x.parent); err != nil {
		return err
	}
	var outcomes []outcome
	for i, w := range worlds {
		o, err := x.one(w, program, args, signals)
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

// worlds are those of the scenarios, or one without any.
func (x *execution) worlds() (worlds []world, err error) {
	names := x.scenarios
	if len(names) == 0 {
		names = []string{""}
	} else if slices.Contains(names, "") {
		return nil, wrong("'modemsim scenarios' lists those that come with the program", "--scenario: the name is empty")
	}
	for _, name := range names {
		w, err := x.prepare(name)
		if err != nil {
			return nil, err
		}
		worlds = append(worlds, w)
	}
	return worlds, nil
}

// one runs the program with a modem in a world.
func (x *execution) one(w world, program string, args []string, signals <-chan os.Signal) (outcome, error) {
	s, err := x.start(w)
	if err != nil {
		return outcome{}, err
	}
	x.greet(os.Stderr, s, w.scenario)
	cmd := exec.Command(program)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Args = append(args[:1:1], withPath(args[1:], s.path)...)
	cmd.Env = append(os.Environ(), "MODEMSIM_TTY="+s.path)
	if s.ctl != nil {
		cmd.Env = append(cmd.Env, controlEnv+"="+s.controlAddress())
	}
	e, err := runProgram(cmd, limits{x.timeout, s.over(w.scenario)}, signals)
	if err != nil {
		return outcome{}, errors.Join(err, s.Close())
	}
	if w.scenario != "" && e.by != byScenario {
		s.modem.Exited(e.code)
	}
	select {
	case <-s.over(w.scenario): // by what the program did last
		if e.by == byItself {
			e.by = byScenario
		}
	default:
	}
	return s.conclude(w.scenario, e), nil
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

// withPath puts the modem's path into the arguments.
func withPath(args []string, path string) []string {
	replacer := strings.NewReplacer("{tty}", path, "{path}", path)
	var replaced []string
	for _, a := range args {
		replaced = append(replaced, replacer.Replace(a))
	}
	return replaced
}
