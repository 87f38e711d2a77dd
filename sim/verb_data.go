package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// actCut loses the data connection, at once or after N bytes more of this
// transfer or the next.
func actCut(m *Modem, r *rule, a scenarios.CutAction) bool {
	c := &cutting{rule: r, left: a.After, socket: a.Socket, of: m.flowOf(a.Socket)}
	m.script.cuts = append(m.script.cuts, c)
	if c.of != nil && a.After == 0 {
		c.of.runCuts()
	}
	return false
}

// actStall lets no data pass for a time, in this transfer or from the start of
// the next; or lets it pass again.
func actStall(m *Modem, r *rule, a scenarios.StallAction) bool {
	if a.For == 0 {
		m.script.stalls = nil
		for _, f := range m.flows() {
			f.endStalls()
		}
		return true
	}
	f := m.flowOf(a.Socket)
	if f == nil {
		m.script.stalls = append(m.script.stalls, r)
		return false
	}
	f.stall(r)
	return true
}

// stallTime is how long a rule with stall lets no data pass.
func stallTime(r *rule) time.Duration {
	a, _ := r.Action.Args.(scenarios.StallAction)
	return a.For
}

// actSlow lets data pass at a rate from now on.
func actSlow(m *Modem, _ *rule, a scenarios.SlowAction) bool {
	m.script.rate = a.Rate
	for _, f := range m.flows() {
		f.perByte.Store(int64(m.byteTime()))
	}
	return true
}
