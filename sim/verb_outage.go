package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/gprs"
)

// An outage is what a rule has done for a time.
type outage struct {
	*timer
	end func() error
}

// endLater ends what a rule has done after d of modem time, unless a rule with the
// same verb acts before; one that begins while another lasts ends as that would
// have. 0 is for good.
func (m *Modem) endLater(r *rule, d time.Duration, end func() error) {
	verb := r.Action.Verb
	if open, is := m.script.outages[verb]; is {
		open.stop()
		end = open.end
		delete(m.script.outages, verb)
	}
	if d == 0 {
		return
	}
	over := m.afterModem(r, d, func() {
		delete(m.script.outages, verb)
		m.transcript.Note(r.Where(), r.Text+": over")
		m.acted(r, end())
	})
	m.script.outages[verb] = outage{over, end}
}

// acted fails a rule whose action could not be done. It reports whether it was.
func (m *Modem) acted(r *rule, err error) bool {
	if err != nil {
		m.fail(r, "%v", err)
	}
	return err == nil
}

func actNetwork(m *Modem, r *rule, a scenarios.NetworkAction) bool {
	before := m.state.Settings.Network
	m.endLater(r, a.For, func() error { return m.offerNetwork(before) })
	return m.acted(r, m.offerNetwork(a.State))
}

// offerNetwork changes the registration that the network offers.
func (m *Modem) offerNetwork(state string) error {
	m.state.Settings.Network = state
	return m.gprsEvent(gprs.Network(m.state.Network()))
}

// simStates are the words of the verb sim.
var simStates = map[string]commands.SIMState{
	scenarios.SIMReady:  commands.SIMReady,
	scenarios.SIMAbsent: commands.SIMAbsent,
	scenarios.SIMBusy:   commands.SIMBusy,
	scenarios.SIMPIN:    commands.SIMPIN,
	scenarios.SIMPUK:    commands.SIMPUK,
}

func actSIM(m *Modem, r *rule, a scenarios.SIMAction) bool {
	before := m.simState()
	m.endLater(r, a.For, func() error { return m.changeSIM(before) })
	return m.acted(r, m.changeSIM(a.State))
}

// simState is the SIM's state as a word of the verb sim.
func (m *Modem) simState() string {
	for word, state := range simStates {
		if state == m.state.SIM.State {
			return word
		}
	}
	return scenarios.SIMReady
}

// changeSIM changes the SIM's state. Without a SIM that is ready there is no network.
func (m *Modem) changeSIM(state string) error {
	if m.state.SIM.State == simStates[state] {
		return nil
	}
	m.state.SIM.State = simStates[state]
	m.note(Event{Kind: scenarios.EventSIM, Text: state})
	return m.gprsEvent(gprs.Network(m.state.Network()))
}

// actGPRS activates or drops the context. A module that does not notice the drop
// goes on counting its seconds, but no data passes.
func actGPRS(m *Modem, r *rule, a scenarios.GPRSAction) bool {
	m.endLater(r, a.For, func() error {
		m.state.NoContext = false
		m.reviveBearer()
		return nil
	})
	m.state.NoContext = !a.Silent && a.For > 0
	switch {
	case a.Up:
		m.reviveBearer()
		return m.acted(r, m.gprsEvent(gprs.Activate))
	case a.Silent:
		m.script.dead = true
		return true
	}
	return m.acted(r, m.gprsEvent(gprs.BearerLost))
}

// reviveBearer lets data pass that a dead bearer has held.
func (m *Modem) reviveBearer() {
	m.script.dead = false
	m.unstallAll()
}

func actPower(m *Modem, r *rule, a scenarios.PowerAction) bool {
	m.endLater(r, a.For, func() error { m.boot(false); return nil })
	if a.On {
		m.boot(false)
	} else {
		m.shutDown()
	}
	return true
}
