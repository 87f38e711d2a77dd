package sim

import (
	"slices"
	"time"

	"github.com/modemsim/modemsim/scenarios"
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
func (c *channel) urc(text string) { c.hold(heldURC{text: text}) }

// A heldURC is a URC that waits, or is about to be sent.
type heldURC struct {
	text string
	data bool // it brings data of a stream that waits for room: it is not dropped
}

// hold sends a URC when nothing holds it back.
func (c *channel) hold(u heldURC) {
	if c.power != powerOn {
		return
	}
	if len(c.urcs) >= maxHeld {
		if oldest := slices.IndexFunc(c.urcs, func(u heldURC) bool { return !u.data }); oldest >= 0 {
			c.transcript.note("dropped, %d URCs are held back: %s", maxHeld, c.urcs[oldest].text)
			c.urcs = slices.Delete(c.urcs, oldest, oldest+1)
		}
	}
	c.urcs = append(c.urcs, u)
	c.flushURCs()
}

// flushURCs sends the URCs held back, unless there is still a reason to hold
// them.
func (c *channel) flushURCs() {
	if c.busy || c.inData() || c.inLine.queued() || c.owed != nil {
		return
	}
	for _, u := range c.urcs {
		if u.data && c.writer != nil {
			c.writer.acceptData()
		}
		c.sendURC(u.text)
	}
	c.urcs = nil
	shown := c.shown
	c.shown = nil
	for _, f := range shown {
		c.whenShown(f)
	}
}

// whenShown calls f, at once or later and from any goroutine, when no URC is held
// back and the host's queue has room for more: its work would be lost otherwise.
func (c *channel) whenShown(f func()) {
	switch {
	case len(c.urcs) > 0:
		c.shown = append(c.shown, f)
	case c.writer != nil:
		c.writer.queue.whenRoom(f)
	default:
		f()
	}
}

// sendURC sends a URC. RING, the NO CARRIER of a call that S0 answered, and that of
// a stream which has ended in online command mode, are result codes (V.250
// 5.7.1): a number under V0, and nothing under Q1.
func (c *channel) sendURC(text string) {
	code, ok := resultCode(text)
	switch {
	case !ok:
		c.send(faults.Unsolicited, c.frame(text))
	case !c.params.Quiet:
		c.send(faults.Unsolicited, c.resultFrame(code))
	}
}

// resultCode returns the result code that a text is, if it is one.
func resultCode(text string) (code commands.Final, ok bool) {
	for _, f := range []commands.Final{commands.Ring, commands.NoCarrier, commands.Failed, commands.Busy, commands.NoAnswer} {
		if text == f.String() {
			return f, true
		}
	}
	return 0, false
}

// holdForLine holds URCs back while a line is entered, for 30 s at most.
func (c *channel) holdForLine() { c.inLine.start(lineHold) }

// lineOver ends what holdForLine began.
func (c *channel) lineOver() { c.inLine.stop() }

// apply lets what a GPRS event changed take effect: events, URCs, a lost bearer.
func (m *Modem) apply(ch gprs.Changes) {
	if ch.Has(gprs.ContextActivated) || ch.Has(gprs.ContextEnded) {
		m.script.dead = false // a context that died unnoticed ends with it
	}
	if ch.Has(gprs.ContextActivated) {
		m.note(Event{Kind: scenarios.EventGPRSActive, Text: m.state.GPRS.Address().String()})
	}
	if ch.Has(gprs.ContextEnded) {
		m.note(Event{Kind: scenarios.EventGPRSInactive})
	}
	if ch.Has(gprs.RegistrationChanged) {
		m.note(Event{Kind: scenarios.EventNetwork, Text: m.state.GPRS.Registration().String()})
	}
	if ch.Has(gprs.RegistrationChanged) && !m.state.GPRS.Registration().Registered() {
		m.loseCalls()
	}
	if ch.DropsFTP() {
		m.bearerLost()
	}
	for _, text := range m.state.RegistrationURCs(ch) {
		m.ch.urc(text)
	}
	m.deliver()
}

// bearerLost takes down what ran over the context: the command that waits for
// it, data mode, the FTP session.
func (m *Modem) bearerLost() {
	if m.ch.running != nil && m.ch.running.Needs.Has(commands.NeedsGPRS) {
		m.ch.interrupt(commands.ErrBearer)
	}
	m.ch.dropStreams(commands.Lost)
	m.ch.dropLinks(commands.Lost)
	m.endFTP()
}
