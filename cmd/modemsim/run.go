package main

import (
	"errors"
	"fmt"
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
	bindParent(cmd.Flags(), &parent)
	return cmd
}

// serve prints the path and waits for a signal, or for the modem's own end.
func (f *modemFlags) serve(s *station, signals <-chan os.Signal) error {
	if _, err := fmt.Println(s.path); err != nil {
		return fmt.Errorf("printing the path: %w", err)
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
