// Package gprs is the GPRS side of the module as a state machine: registration, attach, the one PDP
// context, its address and how long it has been active. It does no I/O and has no clock; the caller
// passes modem time, which may run faster than real time.
//
// The vendor's documents and 3GPP TS 27.007 say which states +CREG and +CGREG have, that detaching
// drops the context, and what +AIPA counts. Assumed, because no document says it: losing the
// registration loses attach and context at once; the module attaches again by itself when it is
// registered again, unless the host has detached it; a lost context stays down until the host
// activates it.
package gprs

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// The errors of Handle, which wraps them with the event.
var (
	errPoweredOff    = errors.New("the module is powered off (it needs power on first)")
	errNotRegistered = errors.New("not registered (it needs network home or roaming first)")
)

// A Machine is the GPRS state of one module. It is not safe for concurrent use.
type Machine struct {
	state state
	next  netip.Addr // address of the next activation

	address   netip.Addr
	activated time.Time
	ended     time.Duration // how long the last context was active
}

// New returns a module that is powered on, registered as the network says, and attached if that is
// home or roaming.
func New(network Registration) *Machine {
	return &Machine{state: state{on: true, network: network}}
}

// Registration returns the <stat> of +CREG, which is Idle while the module is powered off.
func (m *Machine) Registration() Registration { return m.state.registration() }

// Packet returns the <stat> of +CGREG, which is that of +CREG, or Idle after the host has detached
// the module.
func (m *Machine) Packet() Registration { return m.state.packet() }

// Attached reports whether the module is attached, as +CGATT answers.
func (m *Machine) Attached() bool { return m.state.attached() }

// Active reports whether the context is active.
func (m *Machine) Active() bool { return m.state.active }

// Address returns the module's own address while the context is active, and else the zero Addr.
func (m *Machine) Address() netip.Addr {
	if !m.state.active {
		return netip.Addr{}
	}
	return m.address
}

// SetAddress sets the address of the next activations. An active context keeps its own.
func (m *Machine) SetAddress(a netip.Addr) { m.next = a }

// Seconds returns the <sec> of +AIPA in whole seconds, rounded down and never negative (Enhanced AT
// manual, FTP AT manual 2.3). While the context is active it counts from the activation; then it
// stays at how long the context was active, until the next activation or restart.
func (m *Machine) Seconds(now time.Time) int {
	if m.state.active {
		return int(max(0, now.Sub(m.activated)) / time.Second)
	}
	return int(m.ended / time.Second)
}

// Handle applies an event at modem time now and returns what it changed. An event that asks for the
// present state changes nothing and is not an error. The error says what the event needs
// first, or that there is no such event; the state is unchanged then.
func (m *Machine) Handle(ev Event, now time.Time) (Changes, error) {
	if ev < 0 || int(ev) >= len(rules) {
		return 0, fmt.Errorf("unknown event %d", int(ev))
	}
	rule := rules[ev]
	if err := rule.needs.check(m.state); err != nil {
		return 0, fmt.Errorf("%s: %w", ev, err)
	}
	before := m.state
	rule.apply(&m.state)
	m.state.active = m.state.active && m.state.attached()
	changes := difference(before, m.state)
	m.count(changes, now)
	if rule.restarts {
		m.ended = 0
	}
	return changes, nil
}

func (m *Machine) count(changes Changes, now time.Time) {
	if changes.Has(ContextActivated) {
		m.address, m.activated = m.next, now
	}
	if changes.Has(ContextEnded) {
		m.ended = max(0, now.Sub(m.activated))
	}
}
