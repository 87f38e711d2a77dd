package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// operatorTime is how long the operator takes to answer a code (assumed).
const operatorTime = time.Second

// actUSSD says what the operator answers to a code. It fires when it does.
func actUSSD(m *Modem, r *rule, a scenarios.USSDAction) bool {
	m.script.operator[a.Code] = r
	return false
}

// AskOperator implements [commands.Engine].
func (m engine) AskOperator(code string) {
	m.note(Event{Kind: scenarios.EventUSSDSent, Text: code})
	m.thisLife(m.clock.real(operatorTime), func() { m.operatorAnswers(code) })
}

// operatorAnswers lets the operator answer a code.
func (m *Modem) operatorAnswers(code string) {
	if !m.state.GPRS.Registration().Registered() {
		return
	}
	urc := ""
	if r := m.script.operator[code]; r == nil {
		urc = m.state.OperatorRefuses()
	} else {
		m.fire(r)
		a, _ := r.Action.Args.(scenarios.USSDAction)
		if a.Silent {
			return
		}
		urc = m.state.OperatorAnswers(a.Text, a.Asks)
	}
	if urc != "" {
		m.ch.urc(urc)
	}
}
