package sim

import (
	"strconv"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/gprs"
)

// actSet sets a field of the settings, or lets a number move.
func actSet(m *Modem, r *rule, a scenarios.SetAction) bool {
	if t := m.script.moves[a.Key]; t != nil {
		t.stop()
		delete(m.script.moves, a.Key)
	}
	if a.Over == 0 {
		return m.acted(r, m.set(a.Key, a.Value))
	}
	to, _ := strconv.Atoi(a.Value) // the rule has been checked
	from, err := strconv.Atoi(m.state.Settings.Text(a.Key))
	if err != nil || from == notKnown {
		from = 0
	}
	if steps := max(from-to, to-from); steps > 0 {
		m.move(r, a.Key, from, to, a.Over/time.Duration(steps))
	}
	return true
}

// notKnown is the signal strength and the bit error rate that are not known.
const notKnown = 99

// move sets a number that is next to from, on the way to another, and goes on after a
// step of modem time.
func (m *Modem) move(r *rule, key string, from, to int, step time.Duration) {
	m.script.moves[key] = m.afterModem(r, step, func() {
		delete(m.script.moves, key)
		next := from + 1
		if to < from {
			next = from - 1
		}
		if m.acted(r, m.set(key, strconv.Itoa(next))) && next != to {
			m.move(r, key, next, to, step)
		}
	})
}

// set sets a field of the settings and lets it take effect.
func (m *Modem) set(key, value string) error {
	s := m.state.Settings
	if err := s.Set(key, value); err != nil {
		return err
	}
	if err := m.line.Renumber(s.Number); err != nil {
		return err
	}
	network, pin := s.Network != m.state.Settings.Network, s.PIN != m.state.Settings.PIN
	cell := s.LAC != m.state.Settings.LAC || s.CI != m.state.Settings.CI
	if s.Baud != m.state.Settings.Baud {
		m.moduleBaud = s.Baud
		m.state.SetRate(s.Baud)
	}
	m.state.Settings = s
	if key == "clock" {
		m.state.SetClock(s.Clock, m.Now())
	}
	if pin {
		m.state.SIM = commands.NewSIM(s.PIN)
	}
	m.state.GPRS.SetAddress(s.IP)
	m.deliver() // there may be more room
	if cell {
		for _, text := range m.state.CellURCs() {
			m.ch.urc(text)
		}
	}
	if network || pin {
		return m.gprsEvent(gprs.Network(m.state.Network()))
	}
	return nil
}
