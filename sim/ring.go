package sim

import (
	"slices"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/commands"
)

// incoming is the incoming call, if there is one.
type incoming struct {
	ringing  bool   // RI is on
	nextRing *timer // the next ring, or the end of this one
	rings    int    // left to come
	uncount  *timer // sets S1 back to 0
}

// A ring takes a second, and the next comes four seconds behind it, as most
// networks ring; no document of the module says so (assumed).
const (
	ringTime   = time.Second
	ringPeriod = 5 * time.Second
)

// ringsForgotten is how long after a ring S1 counts from 0 again, which the
// Hayes manuals say of it (assumed).
const ringsForgotten = 8 * time.Second

// caller is the number that the verb ring calls from.
const caller = "+15550100"

// actRing lets a call come in. It replaces one that is ringing.
func (m *Modem) actRing(a scenarios.RingAction) error {
	m.endRinging()
	return m.callFrom(caller, a.Rings)
}

// ring rings once, and again as long as the call lasts. In data mode only RI
// says so.
func (m *Modem) ring() {
	call, ok := m.state.Calls.In(calls.Incoming)
	if !ok {
		return
	}
	if m.rings == 0 {
		m.endRinging()
		return
	}
	m.rings--
	m.ringing = true
	m.countRing()
	if !m.ch.inData() {
		m.dropRings()
		m.ch.urc(m.ringText())
		if m.state.Report.CLIP == 1 {
			m.ch.urc("+CLIP: " + commands.Party(call.Number))
		}
	}
	m.nextRing = m.timers.after(m.clock.real(ringTime), func() {
		m.ringing = false
		if m.answersItself() {
			m.handleCalls(calls.Answer) // what is held back of the rings is told
			return
		}
		m.nextRing = m.timers.after(m.clock.real(ringPeriod-ringTime), m.ring)
	})
}

// answersItself reports whether S0 answers the call after this ring (V.250 6.3.8): not in data
// mode, and under &D2 not while DTR is off (V.250 6.2.9).
func (m *Modem) answersItself() bool {
	p := &m.ch.params
	return p.S[0] > 0 && p.S[1] >= p.S[0] && !m.ch.inData() && (m.dtr || p.DTR != 2)
}

// ringText is what a ring says: with +CRC=1 also the kind of call (27.007 6.11).
func (m *Modem) ringText() string {
	if m.state.Report.CRC == 1 {
		return "+CRING: VOICE"
	}
	return commands.Ring.String()
}

// countRing counts a ring in S1.
func (m *Modem) countRing() {
	s1 := &m.ch.params.S[1]
	*s1 = min(*s1+1, 255)
	if m.uncount != nil {
		m.uncount.stop()
	}
	m.uncount = m.timers.after(m.clock.real(ringsForgotten), func() { *s1 = 0 })
}

// dropRings drops the rings and +CLIP that are held back: the next ring repeats
// them.
func (m *Modem) dropRings() {
	m.ch.urcs = slices.DeleteFunc(m.ch.urcs, func(u heldURC) bool {
		return u.text == commands.Ring.String() || strings.HasPrefix(u.text, "+CRING: ") || strings.HasPrefix(u.text, "+CLIP: ")
	})
}

// endRinging ends the call that comes in: the caller hangs up. What is held back
// of it is not told.
func (m *Modem) endRinging() {
	if m.handleCalls(calls.Refuse) == nil {
		m.dropRings()
	}
}

// stopRinging stops the rings of the call that came in.
func (m *Modem) stopRinging() {
	m.nextRing.stop()
	m.ringing = false
}
