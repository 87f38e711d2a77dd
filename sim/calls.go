package sim

import (
	"errors"
	"slices"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/phonebook"
)

// farEnd is what becomes of calls that the host makes. The zero value answers.
type farEnd struct {
	scenarios.CallAction
	next *timer // what it does next
}

// The far end rings a second after the host has dialled; by default it is answered three seconds
// later. No document says how long this takes (assumed).
const (
	setupTime   = time.Second
	answerAfter = 3 * time.Second
)

// unansweredRings is how often a call comes in before the network gives it up, after a minute
// (assumed).
const unansweredRings = 12

// actCall lets the far end of a call do something.
func (m *Modem) actCall(a scenarios.CallAction) error {
	switch {
	case a.HangUp:
		return m.farHangUp()
	case a.From != "":
		return m.callFrom(a.From, unansweredRings)
	}
	m.far.CallAction = a
	return nil
}

// An arrival is what becomes of a call to the module.
type arrival int

const (
	arrived arrival = iota
	unreachable
	engaged
)

// callFrom lets a number call, which rings so often. A module without power or network gets none,
// nor one that the network bars calls to.
func (m *Modem) callFrom(number string, rings int) error {
	changes, a, err := m.reach(number)
	if a == arrived {
		m.rings = rings
	}
	m.applyCalls(changes)
	return err
}

// reach brings the module a call from a number, if it takes one.
func (m *Modem) reach(number string) ([]calls.Change, arrival, error) {
	if m.power != powerOn || !m.state.GPRS.Registration().Registered() || m.state.BarsIncoming() {
		m.transcript.note("a call from %s does not reach the module", number)
		return nil, unreachable, nil
	}
	if !m.state.LetsWait() && len(m.state.Calls.All()) > 0 {
		m.transcript.note("a call from %s finds the module busy, no call waits (+CCWA)", number)
		return nil, engaged, nil
	}
	changes, err := m.state.Calls.Arrive(number)
	if errors.Is(err, calls.ErrEngaged) || errors.Is(err, calls.ErrFull) {
		m.transcript.note("a call from %s finds the module busy", number)
		return nil, engaged, nil
	}
	return changes, arrived, err
}

// farHangUp lets the far end end its call: the active one before one that is not answered.
func (m *Modem) farHangUp() error {
	for _, e := range []calls.Event{calls.DropActive, calls.Refuse, calls.GiveUp, calls.DropHeld} {
		if m.handleCalls(e) == nil {
			if e == calls.Refuse {
				m.dropRings()
			} else {
				m.ch.urc(commands.NoCarrier.String())
			}
			return nil
		}
	}
	return errors.New("there is no call that the far end could end (call from NUMBER makes one)")
}

// handleCalls lets something happen to calls.
func (m *Modem) handleCalls(e calls.Event) error {
	changes, err := m.state.Calls.Handle(e)
	m.applyCalls(changes)
	return err
}

// endCalls ends all calls, of which the host is told nothing more.
func (m *Modem) endCalls() {
	m.endRinging()
	m.handleCalls(calls.DropAll) // fails when there is none
}

// loseCalls ends all calls, since the network is gone.
func (m *Modem) loseCalls() {
	_, told := m.state.Calls.In(calls.Active, calls.Held, calls.Dialing, calls.Alerting)
	m.endCalls()
	if told {
		m.state.Released = commands.ReleaseNoNetwork
		m.ch.urc(commands.NoCarrier.String())
	}
}

// ApplyCalls implements [commands.Engine].
func (m engine) ApplyCalls(changes []calls.Change) {
	m.applyCalls(changes)
	if slices.ContainsFunc(changes, func(ch calls.Change) bool { return ch.Before == calls.Incoming }) {
		m.dropRings()
	}
}

// callEvents are the events of calls, by the state that is reached.
var callEvents = map[calls.State]scenarios.EventKind{
	calls.None: scenarios.EventCallEnded, calls.Dialing: scenarios.EventCallDialed, calls.Active: scenarios.EventCallActive,
	calls.Incoming: scenarios.EventCallIncoming, calls.Waiting: scenarios.EventCallIncoming,
}

// applyCalls lets what happened to calls take effect: first for all of them, then rules may act.
func (m *Modem) applyCalls(changes []calls.Change) {
	for _, ch := range changes {
		m.logCall(ch)
		if ch.Before == calls.Incoming {
			m.stopRinging()
		}
		if ch.Before == calls.Dialing || ch.Before == calls.Alerting {
			m.far.next.stop()
		}
	}
	for _, ch := range changes {
		m.tellLeg(ch)
		switch ch.Call.State {
		case calls.None:
			m.state.Released = commands.ReleaseNormal
		case calls.Waiting:
			m.tell(m.state.WaitingURC(ch.Call.Number))
		case calls.Active:
			if ch.Before == calls.Dialing || ch.Before == calls.Alerting {
				m.tell(m.state.AnsweredURC(ch.Call.Number))
			}
		case calls.Dialing:
			m.far.next = m.timers.after(m.clock.real(setupTime), m.farReached)
		case calls.Alerting:
			m.farRings()
		case calls.Incoming:
			m.ring()
		}
	}
	for _, ch := range changes {
		again := ch.Before == calls.Held && ch.Call.State == calls.Active || ch.Before == calls.Waiting && ch.Call.State == calls.Incoming
		if kind, ok := callEvents[ch.Call.State]; ok && !again {
			m.note(Event{Kind: kind, Text: ch.Call.Number})
		}
	}
}

// tell sends a URC about a call, unless it is empty: the host has not asked for it.
func (m *Modem) tell(urc string) {
	if urc != "" {
		m.ch.urc(urc)
	}
}

// logCall keeps the number of a call that came in: the phone book lists those that the host has
// answered, and the others.
func (m *Modem) logCall(ch calls.Change) {
	if ch.Before != calls.Incoming && ch.Before != calls.Waiting || ch.Call.Number == "" {
		return
	}
	switch ch.Call.State {
	case calls.Active:
		m.state.Book.Log(phonebook.Received, ch.Call.Number)
	case calls.None:
		m.state.Book.Log(phonebook.Missed, ch.Call.Number)
	}
}

// farReached is when the network has found the far end, or refuses the call.
func (m *Modem) farReached() {
	call, _ := m.state.Calls.In(calls.Dialing)
	switch {
	case m.state.BarsOutgoing(call.Number):
		m.giveUp(commands.NoCarrier, commands.ReleaseBarred)
	case m.callModem(call):
	case m.far.FarEnd == scenarios.FarEndBusy:
		m.giveUp(commands.Busy, commands.ReleaseBusy)
	default:
		m.handleCalls(calls.Alert) // never fails: the call goes out
	}
}

// farRings waits for what the far end does with a call that rings there. Another modem does it
// itself.
func (m *Modem) farRings() {
	if m.calledModem() {
		m.awaitAnswer()
		return
	}
	outcome, after := func() { m.handleCalls(calls.Connect) }, answerAfter
	switch m.far.FarEnd {
	case scenarios.FarEndAnswers:
		after = m.far.After
	case scenarios.FarEndSilent:
		m.awaitAnswer()
		return
	case scenarios.FarEndRejects:
		outcome = func() { m.giveUp(commands.NoCarrier, commands.ReleaseRejected) }
	}
	m.far.next = m.timers.after(m.clock.real(after), outcome)
}

// awaitAnswer gives the call that goes out up after the time of S7.
func (m *Modem) awaitAnswer() {
	after := time.Duration(m.ch.params.S[7]) * time.Second
	m.far.next = m.timers.after(m.clock.real(after), func() { m.giveUp(commands.NoAnswer, commands.ReleaseNoAnswer) })
}

// giveUp ends the call that goes out and says why.
func (m *Modem) giveUp(why commands.Final, cause commands.Release) {
	m.handleCalls(calls.GiveUp)
	m.state.Released = cause
	m.ch.urc(why.String())
}
