package sim

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// actFTP acts on the next of an FTP command, or closes the connection at once.
func actFTP(m *Modem, r *rule) bool {
	closing, ok := r.Action.Args.(faults.FTPClosing)
	if !ok {
		actFault(m, r)
		for _, d := range slices.Clone(m.ch.streams) {
			d.advanced() // whose byte may be behind
		}
		return false
	}
	if !m.state.FTP.Open() {
		return false
	}
	for _, line := range replyOf(closing.Command("")).Lines {
		m.transcript.FTP(false, line)
	}
	m.dropFTP(commands.Unwired)
	m.endFTP()
	return true
}

// hasData reports whether an FTP command has data, and a reply at its end.
func hasData(verb string) bool { return verb == "RETR" || verb == "STOR" }

// intervene returns what the faults do to an FTP command, and how long the module
// waits first.
func (m *Modem) intervene(verb string) (i backend.Intervention, wait time.Duration) {
	if m.script.dead {
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	}
	o := m.outcomeOf(verb, false)
	switch {
	case o != (faults.Outcome{}):
		i, wait = m.interventionOf(verb, o)
	case verb == "DATA" && m.script.unroutable:
		m.script.unroutable = false
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	}
	if hasData(verb) {
		i.Final = func(ctx context.Context, r backend.Reply) (backend.Reply, bool) {
			return m.finalReply(ctx, verb, r)
		}
	}
	return i, wait
}

// finalReply lets the owner's faults act on the reply at the end of a transfer's
// data.
func (m *Modem) finalReply(ctx context.Context, verb string, r backend.Reply) (backend.Reply, bool) {
	outcomes := make(chan faults.Outcome, 1)
	m.post(func() { outcomes <- m.outcomeOf(verb, true) })
	select {
	case o := <-outcomes:
		if o.Code != 0 {
			r = replyOf(o)
		}
		return r, !o.Silent
	case <-ctx.Done():
	case <-m.done:
	}
	return r, true
}

// outcomeOf asks the faults of the options, then those of the rules, each of which
// acts once: about a command, or about the end of its data.
func (m *Modem) outcomeOf(verb string, end bool) faults.Outcome {
	acts := func(f *activeFault) (faults.Outcome, bool) {
		o := f.Fault.(faults.Wire).Command(verb)
		return o, o != (faults.Outcome{}) && !o.Short && (o.End && hasData(verb)) == end
	}
	for _, f := range m.faults.wire {
		if o, ok := acts(f); ok {
			return o
		}
	}
	for n, f := range m.script.wire {
		if o, ok := acts(f); ok {
			m.script.wire = slices.Delete(m.script.wire, n, n+1)
			m.begun(f)
			return o
		}
	}
	return faults.Outcome{}
}

// interventionOf translates an outcome, and returns how long the module waits
// first.
func (m *Modem) interventionOf(verb string, o faults.Outcome) (i backend.Intervention, wait time.Duration) {
	reply := replyOf(o)
	switch {
	case o.Refused:
		return backend.Intervention{Err: fmt.Errorf("connecting: %w", syscall.ECONNREFUSED)}, 0
	case o.Unreachable:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	case o.Silent && o.End:
		return backend.Intervention{Swallow: true}, 0
	case o.Silent:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	case o.End, o.Code/100 == 1 && hasData(verb):
		return backend.Intervention{Rewrite: func(r backend.Reply) backend.Reply {
			if (r.Code/100 == 1) == o.End {
				return r
			}
			return reply
		}}, 0
	}
	// The port of an invented 227 is nobody's: dialling it must fail.
	m.script.unroutable = verb == "PASV" && o.Code == 227
	return backend.Intervention{Answer: &reply}, 0
}

// replyOf is the reply of an outcome. Text of several lines makes one of several
// lines (RFC 959 4.2).
func replyOf(o faults.Outcome) backend.Reply {
	lines := strings.Split(o.Text, "\n")
	last := len(lines) - 1
	if last > 0 {
		lines[0] = fmt.Sprintf("%d-%s", o.Code, lines[0])
	}
	lines[last] = fmt.Sprintf("%d %s", o.Code, lines[last])
	return backend.Reply{Code: o.Code, Lines: lines}
}

// waitFor waits for d or the end of ctx, outside the owner's goroutine.
func waitFor(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// sameFile reports whether a scenario's name and a name on the server are one file.
func sameFile(want, name string) bool {
	return strings.TrimPrefix(path.Clean("/"+want), "/") == strings.TrimPrefix(path.Clean("/"+name), "/")
}

// restarted reports where a transfer starts whose file was cut before.
func (m *Modem) restarted(e Event) {
	delivered, cut := m.script.delivered[e.Text]
	switch {
	case !cut:
	case e.N == 0:
		m.note(Event{Kind: scenarios.EventFTPRestart, Text: e.Text})
	case e.N <= delivered:
		m.note(Event{Kind: scenarios.EventFTPResume, Text: e.Text, N: e.N})
	default:
		m.note(Event{Kind: scenarios.EventFTPGap, Text: e.Text, N: e.N})
	}
}
