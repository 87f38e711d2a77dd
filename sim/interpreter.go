package sim

import (
	"errors"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// commandLine is the command line that runs.
type commandLine struct {
	busy     bool          // there is one
	running  *commands.Row // its present command; nil: one that the module does not know
	command  string        // likewise, without its arguments
	secrets  []string      // in the line
	lineEnd  time.Time     // when its terminator came
	lineUps  int           // how often the module had gone down then
	waiting  *wait         // what the command waits for
	prompt   *prompt       // the text that it asks the host for; nil: none
	answer   *answer       // collected for the rules that act on it
	override *rule         // answers the command instead
	shifted  []byte        // of the answer to an earlier line, held back by a delay next
}

// execute runs a command line from left to right up to its first failure, and
// writes exactly one final result, unless the line entered data mode or the
// module restarts (V.250 5.6, 27.007 4).
func (m *Modem) execute(body string) {
	m.secrets, _ = m.state.Table.Secrets(body)
	m.endRow()
	m.flushShifted()
	m.beginAnswer()
	m.busy, m.lineEnd, m.lineUps = true, time.Now(), m.ups
	m.note(Event{Kind: commands.EventHostLine})
	err := m.runLine(commands.Normalize(body))
	m.lineOver()
	m.explain(err)
	m.final(err)
	m.play()
	m.busy, m.running, m.secrets = false, nil, nil
	m.flushURCs()
	m.script.edits = nil
	m.pending = append(m.queued, m.pending...)
	m.queued = nil
	m.typeNext()
}

// runLine runs the commands of a normalized line.
func (m *Modem) runLine(line string) error {
	if line == "" {
		return m.runCommand(commands.Command{Form: commands.Execute}, func() error { return nil })
	}
	for line != "" {
		cmd, rest, err := commands.Next(line)
		if err != nil {
			return err
		}
		err = m.runCommand(cmd, func() error { return commands.Run(m.state, engine{m}, cmd) })
		if err != nil {
			return err
		}
		line = rest
	}
	return nil
}

// runCommand lets the rules act on a command, and runs it unless one of them
// answers in its place.
func (m *Modem) runCommand(cmd commands.Command, run func() error) error {
	m.running, m.command = m.state.Table.Lookup(cmd.Name), "AT"+cmd.String()
	m.judgeCommand(cmd)
	m.override = nil
	m.note(Event{Kind: commands.EventCommand, Command: cmd, Text: m.state.Table.Shown(cmd)})
	if m.wentDown() {
		return commands.ErrReset // by a rule
	}
	if r := m.override; r != nil {
		m.override = nil
		m.fire(r)
		if a, ok := r.Action.Args.(scenarios.ReplyAction); ok {
			return m.replyInstead(a.Text)
		}
		return commands.ErrSilent // ignore
	}
	err := run()
	if m.wentDown() {
		return commands.ErrReset
	}
	return err
}

// wentDown reports whether the module has gone down since the running line's
// end: then nothing more answers it.
func (m *Modem) wentDown() bool { return m.lineUps != m.ups }

// judgeCommand keeps what the report says of the commands that a host used.
func (m *Modem) judgeCommand(cmd commands.Command) {
	switch {
	case cmd.Name == "":
	case m.running == nil:
		m.script.verdict.unknown["AT"+cmd.String()] = true
	case m.running.Fidelity == commands.Assumed:
		m.script.verdict.assumed["AT"+cmd.String()] = true
	}
}

// explain tells the reader of the log why a line failed. The host does not
// get to know.
func (m *Modem) explain(err error) {
	var reason *commands.Reason
	if !errors.As(err, &reason) {
		return
	}
	m.transcript.note("%v: %s", finalOf(err), reason.Why)
	m.log.Info("the command failed", "command", m.command, "why", reason.Why)
}

// refuse answers a line that was too long; nothing of it runs.
func (m *Modem) refuse() {
	m.endRow()
	m.transcript.note("a line of more than %d bytes", maxLine)
	m.lineOver()
	m.result(commands.Failed)
	m.flushURCs()
}
