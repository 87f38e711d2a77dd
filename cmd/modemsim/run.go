package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"
)

const runLong = `It opens a pseudo terminal, prints its path as the first line on standard output, and answers there as an
ADH8066 module does, until SIGINT or SIGTERM.`

func runCommand() *cobra.Command {
	var f modemFlags
	var parent bool
	cmd := &cobra.Command{
		Use:   "run [flags]",
		Short: "Start a modem and print its path (the default command)",
		Long:  "Start a modem.\n\n" + runLong,
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			settings, err := f.check()
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
			return errors.Join(f.serve(s, signals), s.Close())
		},
	}
	f.bind(cmd.Flags())
	cmd.Flags().BoolVar(&f.json, "json", false, "print a JSON object as the first line instead of the path alone")
	bindParent(cmd.Flags(), &parent)
	return cmd
}

// serve announces the modem and waits for a signal, or for the modem's own end.
func (f *modemFlags) serve(s *station, signals <-chan os.Signal) error {
	if err := f.announce(s); err != nil {
		return err
	}
	f.greet(os.Stderr, s)
	select {
	case <-signals:
		return nil
	case <-s.modem.Done():
		return errModemGone
	}
}

var errModemGone = errors.New("the modem has ended: its pty failed")
