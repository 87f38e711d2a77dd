package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A ring takes a second, and the next comes four seconds behind it, as most
// networks ring; no document of the module says so (assumed).
const (
	ringTime   = time.Second
	ringPeriod = 5 * time.Second
)

// ringsForgotten is how long after the last ring S1 counts from 0 again
// (V.250 has no S1; the Hayes manuals say 8 s).
const ringsForgotten = 8 * time.Second

// caller is the number that calls, as +CLIP shows it.
const caller = `+CLIP: "+15550100",145`

// actRing lets a call come in. One that rings already rings on.
func (m *Modem) actRing(a scenarios.Action) error {
	m.endCall()
	m.rings = int(a.N)
	m.ring()
	return nil
}

// ring rings once, and again as long as the call lasts. The module off the
// network has no call.
func (m *Modem) ring() {
	m.nextRing = nil
	if m.power != powerOn || m.rings == 0 {
		m.endCall()
		return
	}
	m.rings--
	m.state.Ringing, m.ringing = true, true
	s1 := &m.state.Active.S[1]
	*s1 = min(*s1+1, 255)
	m.urc(commands.Ring.String())
	if m.state.Report.CLIP == 1 {
		m.urc(caller)
	}
	m.nextRing = m.timers.after(m.clock.real(ringTime), func() {
		m.ringing = false
		m.nextRing = m.timers.after(m.clock.real(ringPeriod-ringTime), m.ring)
	})
}

// endCall ends the call that comes in: the host has answered it, which the
// module cannot do, or hung up, or the caller has.
func (m *Modem) endCall() {
	if m.nextRing != nil {
		m.nextRing.stop()
	}
	if m.state.Ringing {
		s1 := &m.state.Active.S[1]
		m.timers.after(m.clock.real(ringsForgotten-ringPeriod), func() {
			if !m.state.Ringing {
				*s1 = 0
			}
		})
	}
	m.nextRing, m.rings, m.ringing, m.state.Ringing = nil, 0, false, false
}
