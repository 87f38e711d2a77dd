package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

func termCommand() *cobra.Command {
	var f modemFlags
	cmd := &cobra.Command{
		Use:   "term [flags] [PATH]",
		Short: "Type at a modem: the one at PATH, or a new one",
		Long: `A raw terminal on the modem at PATH, or on a new one. PATH is what modemsim prints: a pty or its link, tcp:HOST:PORT or
unix:PATH. Ctrl-] leaves.

Standard input may be a pipe: then it ends when the input has and the modem has been silent for a second. A command line
ends with CR, not LF: printf 'AT\r' | modemsim term`,
		Args: onePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			signals := catchSignals(1)
			if len(args) == 1 {
				if err := noModemFlags(cmd.Flags()); err != nil {
					return err
				}
				return f.talk(args[0], signals)
			}
			if err := f.checkTerm(); err != nil {
				return err
			}
			if term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())) {
				// talk makes it raw
				f.log = rawLines{os.Stderr}
			}
			c, err := f.config()
			if err != nil {
				return err
			}
			fleet, err := f.start(c)
			if err != nil {
				return err
			}
			f.printSummary(os.Stderr, fleet)
			return errors.Join(f.talk(fleet.Modems()[0].Path, signals), fleet.Close())
		},
	}
	f.bind(cmd.Flags())
	return cmd
}

func onePath(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return wrong("'modemsim term --help' shows the usage", "term takes one path, got %d", len(args))
	}
	return nil
}

// noModemFlags refuses the flags that describe a new modem.
func noModemFlags(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(flag *pflag.Flag) {
		if flag.Name != "quiet" && err == nil {
			err = wrong("leave one of the two out", "--%s is for a new modem and does not fit a PATH", flag.Name)
		}
	})
	return err
}

// checkTerm refuses the wires of a new modem that term cannot talk over.
func (f *modemFlags) checkTerm() error {
	if f.connect != "" {
		return wrong("leave --connect out", "--connect: term is the host, and the modem would connect to another")
	}
	a, err := f.address()
	if err == nil && a.Network == overRFC2217 {
		err = errNoRFC2217("--listen " + f.listen)
	}
	return err
}

func errNoRFC2217(what string) error {
	return wrong("use a pty, tcp:HOST:PORT or unix:PATH", "%s: term does not speak RFC 2217", what)
}

// talk connects standard input and output with the modem at path.
func (f *modemFlags) talk(path string, signals <-chan os.Signal) error {
	line, err := openLine(path)
	if err != nil {
		return err
	}
	defer line.Close()
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return converse(line, keys{Reader: os.Stdin}, signals)
	}
	before, err := term.MakeRaw(int(os.Stdin.Fd()))
	if err != nil {
		return fmt.Errorf("set the terminal raw: %w", err)
	}
	if !f.quiet {
		fmt.Fprintf(os.Stderr, "modemsim: connected to %s; Ctrl-] leaves\r\n", path)
	}
	err = converse(line, keys{Reader: os.Stdin, leave: true}, signals)
	return errors.Join(err, term.Restore(int(os.Stdin.Fd()), before))
}

// openLine opens what a modem has printed as its path.
func openLine(path string) (io.ReadWriteCloser, error) {
	network, at, _ := strings.Cut(path, ":")
	switch network {
	case overRFC2217:
		return nil, errNoRFC2217(path)
	case overTCP, overUnix:
		c, err := net.Dial(network, at)
		if err != nil {
			return nil, wrong("'modemsim' with --listen starts one and prints its address", "%w", err)
		}
		return c, nil
	}
	return openTTY(path)
}

// openTTY opens a tty for reading and writing and makes it raw, which a modem's pty is already.
func openTTY(path string) (*os.File, error) {
	line, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrong("'modemsim' starts one and prints its path; 'modemsim term' alone does both", "%w", err)
	case err != nil:
		return nil, usage(err)
	}
	if err := makeRaw(line); err != nil {
		return nil, errors.Join(wrong("give the path that 'modemsim' printed", "%s is not a terminal", path), line.Close())
	}
	return line, nil
}

// makeRaw makes a terminal raw. It leaves the file's blocking mode alone, which Fd would change.
func makeRaw(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var rawErr error
	err = conn.Control(func(fd uintptr) { _, rawErr = term.MakeRaw(int(fd)) })
	return errors.Join(err, rawErr)
}
