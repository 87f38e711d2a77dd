// Command modemsim is a software GSM/GPRS module on a pseudo terminal or a socket, for the programs
// that talk to one.
//
// See `modemsim --help` and the README. The command binds flags to package run; what a
// modem does is in package sim.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	os.Exit(modemsim())
}

// modemsim runs the command line of the process and returns its exit code.
func modemsim() int {
	root, begun := rootCommand(), false
	root.PersistentPreRun = func(*cobra.Command, []string) { begun = true }
	err := root.Execute()
	if err != nil && !begun {
		err = usage(err)
	}
	return explain(os.Stderr, err)
}

// rootCommand is the whole command line. Without a subcommand it is run.
func rootCommand() *cobra.Command {
	root := runCommand()
	root.Use = "modemsim"
	root.Short = "A software GSM/GPRS module with an FTP client, on a pseudo terminal"
	root.Long = root.Short + ".\n\n" + runLong
	root.Example = `  modemsim --link /tmp/modem            # a modem until Ctrl-C
  modemsim exec -- ./host {tty}         # a modem for as long as a program runs
  modemsim exec --scenario ftp-cut-and-resume -- ./host {tty}
  modemsim term                         # a modem and a terminal to type at it`
	root.Version = versionText()
	root.SetVersionTemplate("modemsim {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &failure{exitUsage, numberError(err), "'" + cmd.CommandPath() + " --help' lists the flags"}
	})
	root.AddCommand(runCommand(), execCommand(), termCommand(), ctlCommand(), checkCommand(),
		scenariosCommand(), commandsCommand(), settingsCommand(), versionCommand())
	root.SetHelpCommand(helpCommand())
	root.InitDefaultCompletionCmd()
	// That command accepts unknown shells.
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Args = nil
		completion.RunE = func(*cobra.Command, []string) error {
			return wrong("'modemsim completion --help' lists the shells", "completion needs the name of a shell")
		}
	}
	return root
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return wrong("'"+cmd.CommandPath()+" --help' shows the usage", "%s takes no argument, got %q", cmd.Name(), args[0])
}

// unknownCommand returns the failure for a command that does not exist, with the one that was
// probably meant.
func unknownCommand(root *cobra.Command, name string) error {
	hint := "'modemsim --help' lists the commands"
	if near := root.SuggestionsFor(name); len(near) > 0 {
		hint = "did you mean '" + root.Name() + " " + near[0] + "'?"
	}
	return wrong(hint, "unknown command %q", name)
}

// helpCommand is cobra's help, except that an unknown command is an error.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			return topic.Help()
		},
	}
}
