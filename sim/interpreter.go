package sim

import (
	"bytes"
	"errors"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// commandLine is the command line that is running.
type commandLine struct {
	busy     bool          // a line is running
	running  *commands.Row // the command that is running; nil: the module does not know it
	command  string        // its name and form, without the arguments
	lineEnd  time.Time     // when its terminator came
	lineDown int           // Modem.downs when it came
	waiting  *wait         // what the command waits for
	prompt   *prompt       // the text that it asks the host for; nil: none
	answer   *answer       // collected for the rules that act on it
	override *rule         // answers the command instead
	asks     *rule         // asks the host for data first
	shifted  []byte        // of the answer to an earlier line, held back by a delay next

	shiftedSecrets []string // of that line
}

// execute runs a command line from left to right up to its first failure, and
// writes exactly one final result, unless the line entered data mode or the
// module restarts (V.250 5.6, 27.007 4).
func (c *channel) execute(body string) {
	c.transcript.SetSecrets(append(c.endRow(), c.masker().Secrets(body)...))
	c.flushShifted()
	c.beginAnswer()
	c.busy, c.lineEnd, c.lineDown = true, time.Now(), c.downs
	c.note(Event{Kind: scenarios.EventHostLine})
	err := c.runLine(commands.Normalize(body))
	if c.data != nil {
		err = errConnected // whatever the handler made of it
	}
	// In the read that ended the line.
	if rest := bytes.TrimPrefix(c.pending, []byte{c.params.Char(4)}); len(rest) > 0 {
		c.note(Event{Kind: scenarios.EventHostEarly})
	}
	c.lineOver()
	c.explain(err)
	c.final(err)
	c.play()
	c.transcript.SetSecrets(nil)
	c.busy, c.running = false, nil
	c.flushURCs()
	c.script.edits = nil
	c.pending = append(c.queued, c.pending...)
	c.queued = nil
	c.deliver() // the line may have made room
	c.typeNext()
}

// runLine runs the commands of a normalized line.
func (c *channel) runLine(line string) error {
	if line == "" {
		return c.runCommand(commands.Command{Form: commands.Execute}, func() error { return nil })
	}
	for line != "" {
		cmd, rest, err := commands.Next(line)
		if err != nil {
			return err
		}
		err = c.runCommand(cmd, func() error { return commands.Run(c.state, &c.params, engine{c}, cmd) })
		if err != nil {
			return err
		}
		line = rest
	}
	return nil
}

// runCommand lets the rules act on a command, and runs it unless one of them
// answers in its place.
func (c *channel) runCommand(cmd commands.Command, run func() error) error {
	c.running = c.state.Table.Lookup(cmd.Name)
	c.command = "AT" + c.masker().Shown(commands.Command{Name: cmd.Name, Form: cmd.Form, Reg: cmd.Reg})
	c.override, c.asks = nil, nil
	c.note(Event{Kind: scenarios.EventCommand, Command: cmd, Text: c.masker().Shown(cmd)})
	if c.wentDown() {
		return commands.ErrReset // by a rule
	}
	if r := c.asks; r != nil {
		c.asks = nil
		c.fire(r)
		if err := c.askFirst(r); err != nil || c.override == nil {
			return err
		}
	}
	if r := c.override; r != nil {
		c.override = nil
		c.fire(r)
		switch a := r.Action.Args.(type) {
		case scenarios.ReplyAction:
			return c.replyInstead(a.Text)
		case scenarios.ConnectAction:
			return engine{c}.Connect(newEcho())
		}
		return commands.ErrSilent // ignore
	}
	c.judgeCommand(cmd)
	err := run()
	if c.wentDown() {
		return commands.ErrReset
	}
	return err
}

// wentDown reports whether the module has gone down since the running line's
// end: then nothing more answers it.
func (c *channel) wentDown() bool { return c.lineDown != c.downs }

// judgeCommand notes commands that the report mentions, of those that no rule
// answers: those that the module or modemsim does not have, and those with
// assumed behaviour.
func (c *channel) judgeCommand(cmd commands.Command) {
	if cmd.Name == "" {
		return
	}
	switch _, lacks := c.state.Table.Lacks(cmd.Name); {
	case lacks:
		c.script.verdict.lacking[c.command] = true
	case c.running == nil:
		c.script.verdict.unknown[c.command] = true
	case c.running.Assumes(cmd):
		c.script.verdict.assumed[c.command] = true
	}
}

// explain logs why a line failed, which its result code does not say.
func (c *channel) explain(err error) {
	reason, ok := errors.AsType[*commands.Reason](err)
	if !ok {
		return
	}
	c.transcript.note("%v: %s", finalOf(err), reason.Why)
	c.log.Info("the command failed", "command", c.command, "why", c.transcript.Masked(reason.Why))
}

// refuse answers a line that was too long; nothing of it runs.
func (c *channel) refuse() {
	c.endRow()
	c.transcript.note("a line of more than %d bytes", maxLine)
	c.lineOver()
	c.result(commands.Failed)
	c.flushURCs()
}
