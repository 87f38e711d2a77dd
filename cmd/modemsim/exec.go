package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func execCommand() *cobra.Command {
	var f modemFlags
	var parent bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "exec [flags] -- PROGRAM ARG...",
		Short: "Start a modem for as long as a program runs",
		Long: `Start a modem and run a program with it. {tty} in its arguments becomes the path of the modem, as does {path};
the environment variable MODEMSIM_TTY holds it too. Standard input and output are the program's alone.

The exit code is the program's, 128+N when it died of signal N, 124 after --timeout, 127 when it cannot be started and
2 for wrong usage.`,
		Example: "  modemsim exec --timeout 30s -- ./host --port {tty}",
		Args:    needProgram,
		RunE: func(_ *cobra.Command, args []string) error {
			if timeout < 0 {
				return wrong("write a time such as 30s or 2m", "--timeout %s is below zero", timeout)
			}
			settings, err := f.check()
			if err != nil {
				return err
			}
			program, err := findProgram(args[0])
			if err != nil {
				return err
			}
			signals := catchSignals()
			if err := bindToParent(parent); err != nil {
				return err
			}
			s, err := f.start(settings)
			if err != nil {
				return err
			}
			f.greet(os.Stderr, s)
			program.Args = append(args[:1:1], withPath(args[1:], s.path)...)
			program.Env = append(os.Environ(), "MODEMSIM_TTY="+s.path)
			err = runProgram(program, timeout, signals)
			return errors.Join(err, s.Close())
		},
	}
	f.bind(cmd.Flags())
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "end the program after `TIME`, such as 30s: SIGTERM, and SIGKILL 5 s later")
	bindParent(cmd.Flags(), &parent)
	cmd.Flags().SetInterspersed(false) // what follows PROGRAM is the program's, with or without --
	return cmd
}

func needProgram(_ *cobra.Command, args []string) error {
	if len(args) == 0 || args[0] == "" {
		return wrong("write modemsim exec -- PROGRAM {tty}", "exec: no program to run")
	}
	return nil
}

// findProgram looks for the program before anything is started.
func findProgram(name string) (*exec.Cmd, error) {
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		cmd := exec.Command(path)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		return cmd, nil
	case errors.Is(err, os.ErrPermission):
		return nil, cannotStart(err, "make it executable: chmod +x "+name)
	case strings.Contains(name, "/"):
		return nil, cannotStart(err, "check the path")
	}
	return nil, cannotStart(err, "install it, or write its path, such as ./"+name)
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
