package sim

import (
	"time"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/gprs"
)

// maxHeld is how many URCs are held back; then the oldest is dropped.
const maxHeld = 256

// lineHold is how long an unfinished command line holds URCs back.
const lineHold = 30 * time.Second

// urc sends an unsolicited result code: now, or after the final result of the
// command line that is being entered or run, or after data mode.
func (m *Modem) urc(text string) {
	if m.power != powerOn {
		return
	}
	if len(m.urcs) == maxHeld {
		m.transcript.note("dropped, %d URCs are held back: %s", maxHeld, m.urcs[0])
		m.urcs = m.urcs[1:]
	}
	m.urcs = append(m.urcs, text)
	m.flushURCs()
}

// flushURCs sends what is held back, unless something still holds it.
func (m *Modem) flushURCs() {
	if m.busy || m.inData() || m.urcTimer != nil || m.owed != nil {
		return
	}
	for _, text := range m.urcs {
		m.sendURC(text)
	}
	m.urcs = nil
}

// sendURC sends a URC. RING is a result code (V.250 6.3.6): a number under V0,
// and nothing under Q1.
func (m *Modem) sendURC(text string) {
	switch {
	case text != commands.Ring.String():
		m.send(faults.Unsolicited, m.frame(text))
	case !m.state.Active.Quiet:
		m.send(faults.Unsolicited, m.resultFrame(commands.Ring))
	}
}

// holdForLine holds URCs back while a line is entered, for 30 s at most.
func (m *Modem) holdForLine() {
	m.urcTimer = m.timers.after(lineHold, func() {
		m.urcTimer = nil
		m.flushURCs()
	})
}

// lineOver ends what holdForLine began.
func (m *Modem) lineOver() {
	if m.urcTimer != nil {
		m.urcTimer.stop()
		m.urcTimer = nil
	}
}

// apply lets what a GPRS event changed take effect: events, URCs, a lost bearer.
func (m *Modem) apply(ch gprs.Changes) {
	if ch.Has(gprs.ContextActivated) || ch.Has(gprs.ContextEnded) {
		m.script.dead = false // a context that died unnoticed ends with it
	}
	if ch.Has(gprs.ContextActivated) {
		m.note(Event{Kind: commands.EventGPRSActive, Text: m.state.GPRS.Address().String()})
	}
	if ch.Has(gprs.ContextEnded) {
		m.note(Event{Kind: commands.EventGPRSInactive})
	}
	if ch.Has(gprs.RegistrationChanged) {
		m.note(Event{Kind: commands.EventNetwork, Text: m.state.GPRS.Registration().String()})
	}
	if ch.DropsFTP() {
		m.bearerLost()
	}
	for _, text := range m.state.RegistrationURCs(ch) {
		m.urc(text)
	}
}

// bearerLost takes down what ran over the context: the command that waits for
// it, data mode, the FTP session.
func (m *Modem) bearerLost() {
	if m.running != nil && m.running.Needs.Has(commands.NeedsGPRS) {
		m.interrupt(commands.ErrBearer)
	}
	m.dropStreams(commands.Lost)
	m.endFTP()
}
