package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modemsim/modemsim/scenarios"
)

const runLong = `It opens a pseudo terminal, or the wire of --listen or --connect, prints what to connect to as the first line on standard
output, and answers there as an ADH8066 module does, until SIGINT or SIGTERM.

With a SCENARIO, a file or the name of one that 'modemsim scenarios' lists, the modem lives through that. It runs until
the scenario says that the run is over, or a signal, and ends with the verdict: the last line on standard error, and exit
code 0 or 1.

With --count N there are N modems, a line each on standard output, that live through one scenario, or through N, one each.
The run is over when all of them are.`

// A running is what run was asked to do.
type running struct {
	modemFlags
	junit  string
	parent bool
}

func runCommand() *cobra.Command {
	var r running
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

// checkScenarios lets scenarios pass. On the root command any other first word is a
// misspelt subcommand.
func (r *running) checkScenarios(cmd *cobra.Command, args []string) error {
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

// run is the modems' life through their scenarios.
func (r *running) run(scenarios []string) error {
	worlds, err := r.prepare(scenarios...)
	if err != nil {
		return err
	}
	report, err := newJUnit(r.junit, r.caseNames(scenarios))
	if err != nil {
		return err
	}
	signals := catchSignals()
	if err := bindToParent(r.parent); err != nil {
		return err
	}
	fl, err := r.start(worlds)
	if err != nil {
		return err
	}
	begun, scenario := time.Now(), strings.Join(scenarios, " ")
	by, err := r.serve(fl, scenario, signals)
	o := fl.conclude(scenario, ending{by: by, after: time.Since(begun)})
	o.err = errors.Join(err, o.err)
	o.err = errors.Join(o.err, report.ended(0, o))
	if scenario != "" {
		o.tell(os.Stderr, r.quiet)
		tellVerdict(os.Stderr, []outcome{o}, 1)
	}
	return o.failure()
}

// caseNames are those of the test cases, one for each modem.
func (r *running) caseNames(scenarios []string) []string {
	switch {
	case len(scenarios) == 0:
		return caseNames([]string{"run"}, r.count)
	case len(scenarios) == 1:
		return caseNames(scenarios, r.count)
	}
	var names []string
	for i, name := range scenarios {
		names = append(names, caseName(name, i+1))
	}
	return names
}

// serve announces the modems and waits for a signal, for the scenarios, or for a modem's own end.
func (r *running) serve(fl *fleet, scenario string, signals <-chan os.Signal) (cause, error) {
	if err := r.announce(fl); err != nil {
		return byItself, err
	}
	if err := tellReady(); err != nil { // the hosts of this modem may wait for something else
		fmt.Fprintf(os.Stderr, "modemsim: %s\n", err)
	}
	r.greet(os.Stderr, fl, scenario)
	select {
	case <-signals:
		return bySignal, nil
	case <-fl.over():
		return byScenario, nil
	case s := <-fl.gone():
		return byItself, fl.by(s, errModemGone)
	}
}

var errModemGone = errors.New("the modem has ended: its wire failed")
