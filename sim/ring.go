package sim

import (
	"slices"
	"time"

	"github.com/modemsim/modemsim/scenarios"
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

// caller is the number that calls, as +CLIP shows it (27.007 7.6): of type 145,
// international.
const caller = `+CLIP: "+15550100",145`

// actRing lets a call come in. It replaces one that is ringing.
func (m *Modem) actRing(a scenarios.RingAction) error {
	m.endCall()
	m.rings = a.Rings
	m.ring()
	return nil
}

// ring rings once, and again as long as the call lasts. In data mode only RI
// says so. A module without power has no call.
func (m *Modem) ring() {
	if m.power != powerOn || m.rings == 0 {
		m.endCall()
		return
	}
	m.rings--
	m.state.Ringing, m.ringing = true, true
	m.countRing()
	if !m.ch.inData() {
		m.dropRings()
		m.ch.urc(commands.Ring.String())
		if m.state.Report.CLIP == 1 {
			m.ch.urc(caller)
		}
	}
	m.nextRing = m.timers.after(m.clock.real(ringTime), func() {
		m.ringing = false
		if m.answersItself() {
			m.autoAnswer()
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

// autoAnswer answers a call as A does: it ends. What is held back of it is told before.
func (m *Modem) autoAnswer() {
	m.stopRinging()
	m.ch.urc(commands.NoCarrier.String())
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

// dropRings drops the RING and +CLIP that are held back: the next ring repeats
// them.
func (m *Modem) dropRings() {
	m.ch.urcs = slices.DeleteFunc(m.ch.urcs, func(text string) bool { return text == commands.Ring.String() || text == caller })
}

// endCall ends the incoming call: the host has answered it, which this modem
// cannot do, or hung up, or the caller has. What is held back of it is not told.
func (m *Modem) endCall() {
	if !m.state.Ringing {
		return
	}
	m.stopRinging()
	m.dropRings()
}

// stopRinging lets the incoming call end.
func (m *Modem) stopRinging() {
	m.nextRing.stop()
	m.rings, m.ringing, m.state.Ringing = 0, false, false
}
