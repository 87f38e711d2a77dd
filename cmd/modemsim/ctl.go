package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/run"
)

// A controller asks a modem at a control socket, and prints its answers.
type controller struct {
	address string
	modem   int // its number, from 1
}

func ctlCommand() *cobra.Command {
	var c controller
	cmd := &cobra.Command{
		Use:   "ctl [--ctl PATH] [--modem N] LINE",
		Short: "Control a running modem",
		Long: `Run a line of the scenario language in a modem that was started with --ctl, or ask about it. The socket is that of
--ctl, or else of the environment variable MODEMSIM_CTL, which a program under exec finds set.

The exit code is 0, 1 for a verdict that failed and a time limit that passed, or 2 for wrong usage and a line that is
refused. What is printed is what the socket answers: docs/control.md describes it.`,
		Example: `  modemsim ctl --ctl /tmp/modem.ctl network searching
  modemsim ctl on ftp:data@1000 once cut
  modemsim ctl wait ftp:done --timeout 30s
  modemsim ctl --modem 7 gprs down      # of those of --count`,
		Args: needWords("modemsim ctl LINE, such as modemsim ctl set signal 12"),
		RunE: func(_ *cobra.Command, words []string) error {
			return c.show(http.MethodPost, "/do", nil, strings.Join(words, " "))
		},
	}
	cmd.PersistentFlags().StringVar(&c.address, "ctl", os.Getenv(run.EnvControl), "the control socket, a `PATH` or tcp:HOST:PORT")
	cmd.PersistentFlags().Lookup("ctl").DefValue = "$" + run.EnvControl
	cmd.PersistentFlags().IntVar(&c.modem, "modem", 1, "the modem with the number `N`, from 1, of those of --count")
	cmd.Flags().SetInterspersed(false) // the line is the scenario's
	cmd.AddCommand(c.stateCommand(), c.transcriptCommand(), c.waitCommand(), c.loadCommand(), c.verdictCommand())
	return cmd
}

// needWords refuses a command line without arguments.
func needWords(want string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return wrong("write "+want, "%s needs an argument", cmd.Name())
		}
		return nil
	}
}

func (c *controller) stateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "state",
		Short: "Print the state of the modem, a JSON object",
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return c.show(http.MethodGet, "/state", nil, "") },
	}
}

func (c *controller) transcriptCommand() *cobra.Command {
	var follow, asJSON bool
	cmd := &cobra.Command{
		Use:   "transcript [--follow] [--json]",
		Short: "Print the end of the transcript",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			query := url.Values{}
			if follow {
				query.Set("follow", "1")
			}
			if asJSON {
				query.Set("format", "json")
			}
			return c.show(http.MethodGet, "/transcript", query, "")
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object for each row")
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with new rows until the modem ends")
	return cmd
}

func (c *controller) waitCommand() *cobra.Command {
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "wait EVENT [--timeout TIME]",
		Short: "Wait until an event of the scenario language happens, and print it",
		Args:  needWords("modemsim ctl wait EVENT, such as modemsim ctl wait ftp:done"),
		RunE: func(cmd *cobra.Command, words []string) error {
			query, err := timeQuery(cmd, "timeout", timeout)
			if err != nil {
				return err
			}
			return c.show(http.MethodPost, "/wait", query, strings.Join(words, " "))
		},
	}
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "give up after `TIME`, such as 30s")
	return cmd
}

// timeQuery returns the query for a time limit, if its flag was given.
func timeQuery(cmd *cobra.Command, name string, d time.Duration) (url.Values, error) {
	switch {
	case !cmd.Flags().Changed(name):
		return nil, nil
	case d <= 0:
		return nil, wrong("write a time such as 30s or 2m", "--%s %s is not above zero", name, d)
	}
	return url.Values{name: {d.String()}}, nil
}

func (c *controller) loadCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "load SCENARIO",
		Short: "Reset the modem and start a scenario, a file or a name",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrong("write modemsim ctl load FILE", "load takes one scenario, got %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			switch {
			case errors.Is(err, fs.ErrNotExist): // it may be the name of one that comes with the program
				return c.show(http.MethodPost, "/load", url.Values{"name": args}, "")
			case err != nil:
				return usage(err)
			}
			return c.show(http.MethodPost, "/load", url.Values{"file": args}, string(text))
		},
	}
}

func (c *controller) verdictCommand() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "verdict [--wait TIME]",
		Short: "End the run and print its verdict, a JSON object",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query, err := timeQuery(cmd, "wait", wait)
			if err != nil {
				return err
			}
			return c.verdict(query)
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "wait until the scenario says that the run is over, at most `TIME`, such as 30s")
	return cmd
}

// verdict prints the verdict, and fails with it.
func (c *controller) verdict(query url.Values) error {
	answer, err := c.ask(http.MethodPost, "/verdict", query, "")
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer)
	if err = errors.Join(err, answer.Close()); err != nil {
		return err
	}
	var v control.Verdict
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("the verdict: %w", err)
	}
	if err := printText(string(text)); err != nil || v.Passed {
		return err
	}
	return &failure{code: exitFailed}
}

// show prints an answer as it comes.
func (c *controller) show(method, path string, query url.Values, body string) error {
	answer, err := c.ask(method, path, query, body)
	if err != nil {
		return err
	}
	_, err = io.Copy(os.Stdout, answer)
	return errors.Join(err, answer.Close())
}

// ask sends a request. A refusal is wrong usage, unless it says that a time limit has passed.
func (c *controller) ask(method, path string, query url.Values, body string) (io.ReadCloser, error) {
	if c.address == "" {
		return nil, wrong("write --ctl PATH, or set "+run.EnvControl, "ctl: no control socket")
	}
	if c.modem < 1 {
		return nil, wrong("modems are counted from 1", "--modem %d is not above zero", c.modem)
	}
	client, err := control.NewClient(c.address)
	if err != nil {
		return nil, wrong("", "--ctl: %w", err)
	}
	answer, err := client.Ask(context.Background(), method, fmt.Sprintf("/modem/%d%s", c.modem, path), query, body)
	if refusal := new(control.Refusal); errors.As(err, &refusal) && refusal.Status == http.StatusRequestTimeout {
		return nil, err
	}
	if err != nil {
		return nil, usage(err)
	}
	return answer, nil
}
