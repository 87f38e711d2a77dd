// Package gprs is the GPRS side of the module as a state machine: registration, attach, the one PDP context, its address
// and its active seconds. It does no I/O and has no clock; the caller passes modem time, which may run faster than real time.
//
// From the vendor's documents and 3GPP TS 27.007: the states of +CREG and +CGREG, that detaching drops the context, and
// what +AIPA counts. Assumed, because no document says it: losing the registration loses attach and context at once, the
// module attaches again by itself when it is registered again unless the host had detached, and a lost context stays
// down until the host activates it.
package gprs

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Why an event cannot happen; Handle wraps them with the event.
var (
	ErrPoweredOff    = errors.New("the module is powered off (it needs power on first)")
	ErrNotRegistered = errors.New("not registered (it needs network home or roaming first)")
)

// Machine is the GPRS state of one module. It is not safe for concurrent use.
type Machine struct {
	state state
	next  netip.Addr // of the next activation

	address   netip.Addr
	activated time.Time
	ended     time.Duration // length of the context that ended last
}

// New is a module in its factory state, powered on, registered as the network says and attached if that is a registration.
func New(network Registration) *Machine {
	return &Machine{state: state{on: true, network: network}}
}

// Registration is the <stat> of +CREG; Idle while powered off.
func (m *Machine) Registration() Registration { return m.state.registration() }

// Packet is the <stat> of +CGREG: that of +CREG, but Idle while the host keeps the module detached.
func (m *Machine) Packet() Registration { return m.state.packet() }

// Attached is the state of +CGATT.
func (m *Machine) Attached() bool { return m.state.attached() }

// Active reports whether the context is up.
func (m *Machine) Active() bool { return m.state.active }

// Address is the module's own address while the context is up, and the zero Addr otherwise.
func (m *Machine) Address() netip.Addr {
	if !m.state.active {
		return netip.Addr{}
	}
	return m.address
}

// SetAddress sets the address that activations get from now on; a context that is up keeps its own.
func (m *Machine) SetAddress(a netip.Addr) { m.next = a }

// Seconds is the <sec> of +AIPA in whole seconds, rounded down (Enhanced AT manual, FTP AT manual 2.3): since activation
// while the context is up, and after its end how long it was up, until the next activation or restart. It is never negative.
func (m *Machine) Seconds(now time.Time) int {
	if m.state.active {
		return int(max(0, now.Sub(m.activated)) / time.Second)
	}
	return int(m.ended / time.Second)
}

// Handle lets ev happen at modem time now and returns what it changed. An event that asks for what already is changes
// nothing and is no error. The error is ErrPoweredOff, ErrNotRegistered or that of an unknown event; then the state stays.
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
