package sim

import (
	"slices"

	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/exchange"
)

// legs are the calls that have another modem at the far end, by their numbers in +CLCC.
type legs map[int]leg

// A leg is this modem's end of a call to another one.
type leg struct {
	circuit  *exchange.Circuit
	other    *exchange.Line // nil: the other modem has not answered yet to the setup
	released bool           // by the other end, which needs not be told
}

// callModem lets the call that goes out ring the modem that has the number, if there is one. One
// that calls itself is busy.
func (m *Modem) callModem(call calls.Call) bool {
	if m.line.Has(call.Number) {
		m.giveUp(commands.Busy, commands.ReleaseBusy)
		return true
	}
	c := &exchange.Circuit{Caller: m.line}
	if m.state.Report.CLIR != 1 {
		c.Number = m.state.Settings.Number
	}
	if !m.exchange.Call(call.Number, c) {
		return false
	}
	m.addLeg(call.ID, leg{circuit: c})
	m.awaitAnswer() // the other modem may be gone
	return true
}

func (m *Modem) addLeg(id int, l leg) {
	if m.legs == nil {
		m.legs = make(legs)
	}
	m.legs[id] = l
}

// calledModem reports whether the call that goes out rings another modem.
func (m *Modem) calledModem() bool {
	call, _ := m.state.Calls.In(calls.Alerting)
	_, ok := m.legs[call.ID]
	return ok
}

// tellLeg tells the other modem what became of its call here.
func (m *Modem) tellLeg(ch calls.Change) {
	l, ok := m.legs[ch.Call.ID]
	if !ok {
		return
	}
	came := ch.Before == calls.Incoming || ch.Before == calls.Waiting
	switch {
	case ch.Call.State == calls.None:
		delete(m.legs, ch.Call.ID)
		m.release(ch.Call.Number, l)
	case ch.Call.State == calls.Active && came:
		l.other.Tell(exchange.Signal{Circuit: l.circuit, From: m.line, Stage: exchange.Answered})
	}
}

// release tells the other end that the call is over here. A caller that has not heard of the other
// modem's line yet finds it by its number.
func (m *Modem) release(number string, l leg) {
	s := exchange.Signal{Circuit: l.circuit, From: m.line, Stage: exchange.Released}
	switch {
	case l.released:
	case l.other != nil:
		l.other.Tell(s)
	default:
		m.exchange.Send(number, exchange.Item{Signal: &s})
	}
}

// releaseLegs tells other modems that this one is gone. Its owner has ended.
func (m *Modem) releaseLegs() {
	for _, call := range m.state.Calls.All() {
		if l, ok := m.legs[call.ID]; ok {
			m.release(call.Number, l)
		}
	}
}

// signalled is when another modem has told something about a call.
func (m *Modem) signalled(s exchange.Signal) {
	if s.Stage == exchange.Setup {
		m.called(s)
		return
	}
	for id, l := range m.legs {
		if l.circuit == s.Circuit {
			l.other = s.From
			l.released = s.Stage == exchange.Released
			m.legs[id] = l
			m.advance(id, s)
			return
		}
	}
}

// called is when another modem calls.
func (m *Modem) called(s exchange.Signal) {
	changes, a, err := m.reach(s.Circuit.Number)
	if a != arrived || err != nil {
		s.Circuit.Caller.Tell(exchange.Signal{Circuit: s.Circuit, From: m.line, Stage: exchange.Released, Busy: a == engaged})
		return
	}
	m.rings = unansweredRings
	m.addLeg(changes[0].Call.ID, leg{circuit: s.Circuit, other: s.Circuit.Caller})
	s.Circuit.Caller.Tell(exchange.Signal{Circuit: s.Circuit, From: m.line, Stage: exchange.Alerting})
	m.applyCalls(changes)
}

// advance brings a call to the stage at which the other modem has it.
func (m *Modem) advance(id int, s exchange.Signal) {
	switch s.Stage {
	case exchange.Alerting:
		m.handleCalls(calls.Alert) // fails when the call has ended meanwhile
	case exchange.Answered:
		m.handleCalls(calls.Connect) // so does this
	case exchange.Released:
		m.letGo(id, s.Busy)
	}
}

// letGo ends a call that the other modem has ended, and tells the host as far as it knew of it.
func (m *Modem) letGo(id int, busy bool) {
	changes, err := m.state.Calls.Release(id)
	i := slices.IndexFunc(changes, func(ch calls.Change) bool { return ch.Call.ID == id })
	if err != nil || i < 0 { // its leg would be gone, too
		return
	}
	m.applyCalls(changes)
	switch ended := changes[i].Before; {
	case ended == calls.Incoming || ended == calls.Waiting:
		m.dropRings()
	case busy:
		m.state.Released = commands.ReleaseBusy
		m.ch.urc(commands.Busy.String())
	default:
		if ended == calls.Dialing || ended == calls.Alerting {
			m.state.Released = commands.ReleaseRejected
		}
		m.ch.urc(commands.NoCarrier.String())
	}
}
