package sim

import (
	"context"
	"fmt"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// actFTP acts on the server: unasked, or on the next of its commands.
func actFTP(m *Modem, r *rule) bool {
	if r.Action.Word != "421" {
		m.script.wire = append(m.script.wire, r)
		return false
	}
	if !m.state.FTP.Open() {
		return false
	}
	m.transcript.note("ftp < 421 %s", r.Action.Text)
	m.dropFTP(commands.Unwired)
	m.endFTP()
	return true
}

// intervene is what the rules do to an FTP command, and how long they wait
// before it.
func (m *Modem) intervene(verb string) (i backend.Intervention, wait time.Duration) {
	if m.script.dead {
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	}
	for n, r := range m.script.wire {
		if r.Action.Word != verb {
			continue
		}
		m.script.wire = append(m.script.wire[:n:n], m.script.wire[n+1:]...)
		m.fire(r)
		return m.interventionOf(r.Action)
	}
	if verb == "DATA" && m.script.unroutable {
		m.script.unroutable = false
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	}
	return backend.Intervention{}, 0
}

// interventionOf is what one rule does to its FTP command.
func (m *Modem) interventionOf(a scenarios.Action) (i backend.Intervention, wait time.Duration) {
	reply := backend.Reply{Code: int(a.N), Lines: []string{fmt.Sprintf("%d %s", a.N, a.Text)}}
	switch {
	case a.Text == "refuse" && a.N == 0:
		return backend.Intervention{Err: fmt.Errorf("connecting: %w", syscall.ECONNREFUSED)}, 0
	case a.Text == "timeout" && a.N == 0:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	case a.None && a.End:
		return backend.Intervention{Swallow: true}, 0
	case a.None:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	case a.End:
		return backend.Intervention{Rewrite: func(r backend.Reply) backend.Reply {
			if r.Code/100 == 1 {
				return r
			}
			return reply
		}}, 0
	}
	// The port of an invented 227 is nobody's: dialling it must fail.
	m.script.unroutable = a.Word == "PASV" && a.N == 227
	return backend.Intervention{Answer: &reply}, 0
}

// waitFor waits on behalf of a fault, beside the owner.
func waitFor(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// sameFile reports whether a scenario's name is that of a file on the server.
func sameFile(want, name string) bool {
	return strings.TrimPrefix(path.Clean("/"+want), "/") == strings.TrimPrefix(path.Clean("/"+name), "/")
}

// restarted tells how a transfer that is ready goes on where one was cut.
func (m *Modem) restarted(e Event) {
	delivered, cut := m.script.delivered[e.Text]
	switch {
	case !cut:
	case e.N == 0:
		m.note(Event{Kind: commands.EventFTPRestart, Text: e.Text})
	case e.N <= delivered:
		m.note(Event{Kind: commands.EventFTPResume, Text: e.Text, N: e.N})
	default:
		m.note(Event{Kind: commands.EventFTPGap, Text: e.Text, N: e.N})
	}
}
