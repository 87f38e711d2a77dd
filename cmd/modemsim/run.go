package main

import (
	"errors"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modemsim/modemsim/scenarios"
)

const runLong = `It opens a pseudo terminal, prints its path as the first line on standard output, and answers there as an
ADH8066 module does, until SIGINT or SIGTERM.

With a SCENARIO, a file or the name of one that 'modemsim scenarios' lists, the modem lives through that. It runs until
the scenario says that the run is over, or a signal, and ends with the verdict: the last line on standard error, and exit
code 0 or 1.`

// A running is what run was asked to do.
type running struct {
	modemFlags
	junit  string
	parent bool
}

func runCommand() *cobra.Command {
	var r running
	cmd := &cobra.Command{
		Use:   "run [flags] [SCENARIO]",
		Short: "Start a modem and print its path (the default command)",
		Long:  "Start a modem.\n\n" + runLong,
		Args:  oneScenario,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return r.run("", "run")
			}
			return r.run(args[0], args[0])
		},
	}
	r.bind(cmd.Flags())
	cmd.Flags().BoolVar(&r.json, "json", false, "print a JSON object as the first line instead of the path alone")
	bindJUnit(cmd.Flags(), &r.junit)
	bindParent(cmd.Flags(), &r.parent)
	return cmd
}

// oneScenario lets a scenario pass. On the root command any other word is a
// misspelt subcommand.
func oneScenario(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case len(args) > 1:
		return wrong("'"+cmd.CommandPath()+" --help' shows the usage", "%s takes one scenario, got %d", cmd.Name(), len(args))
	case args[0] == "":
		return wrong("'modemsim scenarios' lists those that come with the program", "the scenario's name is empty")
	case !cmd.HasParent() && isWord(args[0]):
		return unknownCommand(cmd, args[0])
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

// run is a modem's life. name is that of the test case.
func (r *running) run(scenario, name string) error {
	w, err := r.prepare(scenario)
	if err != nil {
		return err
	}
	report, err := newJUnit(r.junit, []string{name})
	if err != nil {
		return err
	}
	signals := catchSignals()
	if err := bindToParent(r.parent); err != nil {
		return err
	}
	s, err := r.start(w)
	if err != nil {
		return err
	}
	begun := time.Now()
	by, err := r.serve(s, scenario, signals)
	o := s.conclude(scenario, ending{by: by, after: time.Since(begun)})
	o.err = errors.Join(err, o.err)
	o.err = errors.Join(o.err, report.ended(0, o))
	if scenario != "" {
		o.tell(os.Stderr, r.quiet)
		tellVerdict(os.Stderr, []outcome{o}, 1)
	}
	return o.failure()
}

// serve announces the modem and waits for a signal, for the scenario, or for the modem's own end.
func (r *running) serve(s *station, scenario string, signals <-chan os.Signal) (cause, error) {
	if err := r.announce(s); err != nil {
		return byItself, err
	}
	r.greet(os.Stderr, s, scenario)
	select {
	case <-signals:
		return bySignal, nil
	case <-s.over(scenario):
		return byScenario, nil
	case <-s.modem.Done():
		return byItself, errModemGone
	}
}

var errModemGone = errors.New("the modem has ended: its pty failed")
