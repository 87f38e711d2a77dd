package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

func checkCommand() *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use:   "check [flags] FILE...",
		Short: "Check scenarios without running them",
		Long: `Check scenarios: the language, the settings, and that the module knows the commands that they wait for. Each error is
printed as FILE:LINE: what is wrong, and the exit code is then 2. Rules that may set each other off without end, rules that
can never act, and commands that are forbidden and look misspelt are warnings.`,
		Args: needFile,
		RunE: func(_ *cobra.Command, files []string) error {
			var bad error
			for _, file := range files {
				script, err := scenarios.Load(file)
				var module *commands.Table
				if err == nil {
					module, err = checkScenario(script)
				}
				if err == nil {
					for _, doubt := range append(script.Loops(), script.Doubts(append(module.Names(), module.Lacking()...))...) {
						fmt.Fprintf(os.Stderr, "warning: %v\n", doubt)
					}
				}
				switch {
				case err != nil:
					fmt.Fprintln(os.Stderr, err)
					bad = &failure{code: exitUsage}
				case verbose:
					if err := printText(fmt.Sprintf("%s: %d rules\n", file, len(script.Rules))); err != nil {
						return err
					}
				}
			}
			return bad
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print a line for each file without errors")
	return cmd
}

func needFile(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrong("write modemsim check FILE...", "check: no file to check")
	}
	return nil
}

// checkScenario checks a scenario as a modem at its usual speed does. It returns the commands of
// the module that the scenario names.
func checkScenario(scenario *scenarios.Script) (*commands.Table, error) {
	settings, _, err := sim.Compose(sim.Scenario(scenario))
	if err != nil {
		return nil, err
	}
	return commands.Module(settings.Commands)
}
