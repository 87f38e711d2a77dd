package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/gprs"
)

// Now implements [commands.Engine].
func (m *Modem) Now() time.Time { return m.clock.now() }

// Transcript is the end of the record of what passed the port, up to some
// 256 KiB.
func (m *Modem) Transcript() string { return m.transcript.String() }

// Do runs one line of the scenario language at once. It returns when the line
// has taken effect; the error says what is wrong with it.
func (m *Modem) Do(line string) error {
	script, err := scenarios.Parse("do", strings.NewReader(line))
	if err != nil {
		return err
	}
	for _, l := range script.Lines {
		if err := m.call(func() error { return verbs[l.Verb](m, l.Args) }); err != nil {
			return fmt.Errorf("%s: %w", l.Verb, err)
		}
	}
	return nil
}

// call runs f as the owner and waits for it.
func (m *Modem) call(f func() error) error {
	result := make(chan error, 1)
	m.post(func() { result <- f() })
	select {
	case err := <-result:
		return err
	case <-m.done:
		return fmt.Errorf("the modem has ended")
	}
}

// verbs are the actions of the scenario language; scenarios holds their
// grammar.
var verbs = map[string]func(m *Modem, args string) error{
	"gprs":    (*Modem).doGPRS,
	"network": (*Modem).doNetwork,
	"power":   (*Modem).doPower,
	"reset":   (*Modem).doReset,
	"set":     (*Modem).doSet,
	"sim":     (*Modem).doSIM,
	"urc":     (*Modem).doURC,
}

func (m *Modem) doSet(args string) error {
	key, value, _ := strings.Cut(args, " ")
	s := m.state.Settings
	if err := s.Set(key, value); err != nil {
		return err
	}
	network, pin := s.Network != m.state.Settings.Network, s.PIN != m.state.Settings.PIN
	m.state.Settings = s
	if pin {
		m.state.SIM = commands.NewSIM(s.PIN)
	}
	m.state.GPRS.SetAddress(s.IP)
	if network || pin {
		return m.gprsEvent(gprs.Network(m.state.Network()))
	}
	return nil
}

func (m *Modem) doNetwork(args string) error {
	if _, err := gprs.ParseRegistration(args); err != nil {
		return err
	}
	m.state.Settings.Network = args
	return m.gprsEvent(gprs.Network(m.state.Network()))
}

func (m *Modem) doGPRS(args string) error {
	if args == "up" {
		return m.gprsEvent(gprs.Activate)
	}
	return m.gprsEvent(gprs.BearerLost)
}

// gprsEvent lets the network do something.
func (m *Modem) gprsEvent(e gprs.Event) error {
	changes, err := m.state.GPRS.Handle(e, m.Now())
	if err != nil {
		return err
	}
	m.Apply(changes)
	return nil
}

func (m *Modem) doURC(args string) error {
	m.urc(args)
	return nil
}

// doReset restarts the module.
func (m *Modem) doReset(args string) error {
	m.shutDown()
	m.boot(args == "silent")
	return nil
}

func (m *Modem) doPower(args string) error {
	switch {
	case args == "off":
		m.shutDown()
	case m.power == powerOff:
		m.boot(false)
	}
	return nil
}

// simStates are the words of the verb sim.
var simStates = map[string]commands.SIMState{
	scenarios.SIMReady:  commands.SIMReady,
	scenarios.SIMAbsent: commands.SIMAbsent,
	scenarios.SIMBusy:   commands.SIMBusy,
	scenarios.SIMPIN:    commands.SIMPIN,
	scenarios.SIMPUK:    commands.SIMPUK,
}

// doSIM changes the SIM's state; without a SIM that is ready there is no
// network.
func (m *Modem) doSIM(args string) error {
	m.state.SIM.State = simStates[args]
	return m.gprsEvent(gprs.Network(m.state.Network()))
}
