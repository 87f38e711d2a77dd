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
		return actFault(m, r)
	}
	if !m.state.FTP.Open() {
		return false
	}
	m.transcript.FTP(false, "421 "+closing.Text)
	m.dropFTP(commands.Unwired)
	m.endFTP()
	return true
}

// intervene returns what the faults do to an FTP command, and how long the module
// waits first.
func (m *Modem) intervene(verb string) (i backend.Intervention, wait time.Duration) {
	if m.script.dead {
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	}
	if o := m.outcomeOf(verb); o != (faults.Outcome{}) {
		return m.interventionOf(verb, o)
	}
	if verb == "DATA" && m.script.unroutable {
		m.script.unroutable = false
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	}
	return backend.Intervention{}, 0
}

// outcomeOf asks the faults of the options, then those of the rules, each of which
// acts once.
func (m *Modem) outcomeOf(verb string) faults.Outcome {
	for _, f := range m.faults.wire {
		if o := f.Fault.(faults.Wire).Command(verb); o != (faults.Outcome{}) {
			return o
		}
	}
	for n, f := range m.script.wire {
		if o := f.Fault.(faults.Wire).Command(verb); o != (faults.Outcome{}) {
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
	reply := backend.Reply{Code: o.Code, Lines: []string{fmt.Sprintf("%d %s", o.Code, o.Text)}}
	switch {
	case o.Refused:
		return backend.Intervention{Err: fmt.Errorf("connecting: %w", syscall.ECONNREFUSED)}, 0
	case o.Unreachable:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	case o.Silent && o.End:
		return backend.Intervention{Swallow: true}, 0
	case o.Silent:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	case o.End:
		return backend.Intervention{Rewrite: func(r backend.Reply) backend.Reply {
			if r.Code/100 == 1 {
				return r
			}
			return reply
		}}, 0
	}
	// The port of an invented 227 is nobody's: dialling it must fail.
	m.script.unroutable = verb == "PASV" && o.Code == 227
	return backend.Intervention{Answer: &reply}, 0
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
