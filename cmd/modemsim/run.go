package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modemsim/modemsim/report"
	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/scenarios"
)

const runLong = `It opens a pseudo terminal, or the wire of --listen or --connect, prints what to connect to as the first line on standard
output, and answers there as an ADH8066 module does, until SIGINT or SIGTERM.

With a SCENARIO, a file or the name of one that 'modemsim scenarios' lists, the modem runs it until the
scenario says that the run is over, or until a signal, and ends with the verdict: the last line on standard error, and exit
code 0 or 1.

With --count N there are N modems, a line each on standard output, which run one scenario, or N, one each.
The run is over when all of them are.`

// runFlags are the flags of run.
type runFlags struct {
	modemFlags
	junit  string
	parent bool
}

func runCommand() *cobra.Command {
	var r runFlags
	cmd := &cobra.Command{
		Use:   "run [flags] [SCENARIO...]",
		Short: "Start a modem and print its path (the default command)",
		Long:  "Start a modem.\n\n" + runLong,
		Args:  r.checkScenarios,
		RunE:  func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	r.bind(cmd.Flags())
	cmd.Flags().BoolVar(&r.json, "json", false, "print a JSON object as the first line instead of the path alone; with --count a line for each modem")
	bindJUnit(cmd.Flags(), &r.junit)
	bindCount(cmd.Flags(), &r.count)
	bindParent(cmd.Flags(), &r.parent)
	return cmd
}

// checkScenarios checks the arguments, which are scenarios. On the root command any other first
// word is a misspelt subcommand.
func (r *runFlags) checkScenarios(cmd *cobra.Command, args []string) error {
	for i, name := range args {
		switch {
		case name == "":
			return wrong("'modemsim scenarios' lists those that come with the program", "the scenario's name is empty")
		case i == 0 && !cmd.HasParent() && isWord(name):
			return unknownCommand(cmd, name)
		}
	}
	if len(args) > 1 && r.count == 1 {
		return wrong(fmt.Sprintf("write --count %d for a modem each", len(args)), "%s takes one scenario, got %d", cmd.Name(), len(args))
	}
	return nil
}

// isWord reports whether a name is neither that of a file nor of a scenario.
func isWord(name string) bool {
	if strings.ContainsAny(name, "./") {
		return false
	}
	_, fileErr := os.Stat(name)
	_, shippedErr := scenarios.Source(name)
	return fileErr != nil && shippedErr != nil
}

// run runs the modems until a signal or until the scenarios have ended the run.
func (r *runFlags) run(names []string) error {
	c, err := r.config(names...)
	if err != nil {
		return err
	}
	junit, err := r.newJUnit(r.junit, "run", c)
	if err != nil {
		return err
	}
	defer junit.Close()
	signals := catchSignals(1)
	if err := bindToParent(r.parent); err != nil {
		return err
	}
	fleet, err := r.start(c)
	if err != nil {
		return err
	}
	var end run.Ending
	if err = r.announce(fleet); err == nil {
		end, err = fleet.Wait(context.Background(), signals)
	}
	o := fleet.Finish(end)
	o.Err = errors.Join(err, o.Err)
	o.Err = errors.Join(o.Err, junitEnded(junit, 0, o))
	if o.Judged() {
		report.Run(os.Stderr, o, r.quiet)
		report.Verdict(os.Stderr, []run.Outcome{o}, 1)
	}
	return failureOf(o)
}

// announce tells everybody that hosts can come: who reads standard output, the service manager, and
// the person at the terminal.
func (r *runFlags) announce(fleet *run.Fleet) error {
	if err := r.printPaths(fleet); err != nil {
		return err
	}
	if err := notifyReady(); err != nil { // the hosts of this modem may wait for something else
		fmt.Fprintf(os.Stderr, "modemsim: %s\n", err)
	}
	r.printSummary(os.Stderr, fleet)
	return nil
}
