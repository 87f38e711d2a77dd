// Package calls is the circuit-switched side of the module as a state machine: the calls that it
// has, in the states of 27.007 +CLCC, and what the host, the far end and the network do to them. It
// does no I/O and has no clock.
//
// GSM 02.30 4.5.5 says what +CHLD does, and 27.007 7.18 how calls are numbered. Assumed, because no
// document of the module says it: dialling holds the active call, and the module has room for
// seven calls, as 27.007 numbers them.
package calls

import (
	"errors"
	"fmt"
	"slices"
)

// Max is how many calls a module has at most.
const Max = 7

// The errors of a [Machine], whose state is unchanged then.
var (
	ErrEngaged = errors.New("another call is being set up (it needs an end or an answer first)")
	ErrFull    = fmt.Errorf("there are %d calls already (one has to end first)", Max)
	ErrNoCall  = errors.New("there is no such call (AT+CLCC lists those there are)")
)

// A Call is one call of the module.
type Call struct {
	ID       int // from 1, as +CLCC and +CHLD number it
	Outgoing bool
	State    State
	Number   string // of the far end
}

// A Change is one call before and after something happened to it.
type Change struct {
	Call   Call
	Before State // None: the call is new
}

// A Machine is the calls of one module. The zero value has none. It is not safe for concurrent use.
type Machine struct{ calls []Call }

// All returns the calls in the order of their numbers.
func (m *Machine) All() []Call { return slices.Clone(m.calls) }

// In returns the first call that is in one of the states.
func (m *Machine) In(states ...State) (Call, bool) {
	i := slices.IndexFunc(m.calls, func(c Call) bool { return slices.Contains(states, c.State) })
	if i < 0 {
		return Call{}, false
	}
	return m.calls[i], true
}

// Dial begins a call to a number. An active call is held.
func (m *Machine) Dial(number string) ([]Change, error) {
	return m.begin(Call{Outgoing: true, State: Dialing, Number: number})
}

// Arrive begins a call from a number: it comes in, or waits when there is another one.
func (m *Machine) Arrive(number string) ([]Change, error) {
	c := Call{State: Incoming, Number: number}
	if len(m.calls) > 0 {
		c.State = Waiting
	}
	return m.begin(c)
}

// begin adds a call, under the lowest number that is free.
func (m *Machine) begin(c Call) ([]Change, error) {
	if _, ok := m.In(Dialing, Alerting, Incoming, Waiting); ok {
		return nil, ErrEngaged
	}
	if len(m.calls) == Max {
		return nil, ErrFull
	}
	before := m.All()
	if c.Outgoing {
		m.move(Active, Held)
	}
	c.ID = 1
	for c.ID <= len(m.calls) && m.calls[c.ID-1].ID == c.ID {
		c.ID++
	}
	m.calls = slices.Insert(m.calls, c.ID-1, c)
	return m.changes(before), nil
}

// Handle applies an event to the calls in a state that the event has a rule for: all of them, or,
// where one becomes active and the active one is held, the first. The error is ErrNoCall when there
// is none.
func (m *Machine) Handle(e Event) ([]Change, error) {
	if e < 0 || int(e) >= len(rules) {
		return nil, fmt.Errorf("unknown event %d", int(e))
	}
	rule := rules[e]
	if _, ok := m.In(rule.from...); !ok {
		return nil, fmt.Errorf("%s: %w", e, ErrNoCall)
	}
	before := m.All()
	if rule.holds {
		m.move(Active, Held)
	}
	for i, old := range before {
		if slices.Contains(rule.from, old.State) {
			m.calls[i].State = rule.to
			if rule.holds {
				break
			}
		}
	}
	m.settle()
	return m.changes(before), nil
}

// Release ends the call with a number.
func (m *Machine) Release(id int) ([]Change, error) {
	i := slices.IndexFunc(m.calls, func(c Call) bool { return c.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("call %d: %w", id, ErrNoCall)
	}
	before := m.All()
	m.calls[i].State = None
	m.settle()
	return m.changes(before), nil
}

// move takes the calls of one state to another.
func (m *Machine) move(from, to State) {
	for i := range m.calls {
		if m.calls[i].State == from {
			m.calls[i].State = to
		}
	}
}

// settle forgets calls that have ended. A call that waits for nobody comes in.
func (m *Machine) settle() {
	m.calls = slices.DeleteFunc(m.calls, func(c Call) bool { return c.State == None })
	if len(m.calls) == 1 && m.calls[0].State == Waiting {
		m.calls[0].State = Incoming
	}
}

// changes returns what has become of the calls of before, and which are new.
func (m *Machine) changes(before []Call) []Change {
	var changes []Change
	for _, old := range before {
		i := slices.IndexFunc(m.calls, func(c Call) bool { return c.ID == old.ID })
		switch {
		case i < 0:
			ended := old
			ended.State = None
			changes = append(changes, Change{ended, old.State})
		case m.calls[i].State != old.State:
			changes = append(changes, Change{m.calls[i], old.State})
		}
	}
	for _, c := range m.calls {
		if !slices.ContainsFunc(before, func(old Call) bool { return old.ID == c.ID }) {
			changes = append(changes, Change{c, None})
		}
	}
	return changes
}
