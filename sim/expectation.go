package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// An expectation is an expect or forbid that is open.
type expectation struct {
	*rule
	timer *timer // ends it; nil: nothing does
	nth   int    // how often its event is meant to come, or not to
	came  int    // how often it has
}

// actExpect opens an expectation, in the host's time.
func actExpect(m *Modem, r *rule, a scenarios.ExpectAction) bool {
	x := &expectation{rule: r, nth: max(1, a.Nth)}
	x.timer = m.afterReal(a.Within, func() {
		m.script.expects = without(m.script.expects, x)
		m.fail(r, "%s (last event: %s)", x.missed(a.Within), m.script.last)
	})
	m.script.expects = append(m.script.expects, x)
	return false // it fires when it is met
}

// missed says what did not come in time.
func (x *expectation) missed(within time.Duration) string {
	if x.nth == 1 {
		return fmt.Sprintf("expected %s within %s, it did not happen", eventText(x.rule), within)
	}
	return fmt.Sprintf("expected %s within %s, it came %d of %d times", eventText(x.rule), within, x.came, x.nth)
}

// open says what has not come yet.
func (x *expectation) open() string {
	if x.nth == 1 {
		return "expected " + eventText(x.rule)
	}
	return fmt.Sprintf("expected %s, it came %d of %d times", eventText(x.rule), x.came, x.nth)
}

// actForbid forbids an event, in the host's time, or to the end.
func actForbid(m *Modem, r *rule, a scenarios.ForbidAction) bool {
	for _, open := range m.script.forbids {
		if open.rule == r { // this one lasts as long, or longer
			m.permit(open)
			break
		}
	}
	x := &expectation{rule: r, nth: max(1, a.Nth)}
	m.script.forbids = append(m.script.forbids, x)
	if a.For > 0 {
		x.timer = m.afterReal(a.For, func() { m.permit(x) })
	}
	return true
}

// permit ends a prohibition.
func (m *Modem) permit(x *expectation) {
	if x.timer != nil {
		x.timer.stop()
	}
	m.script.forbids = without(m.script.forbids, x)
}

func without(list []*expectation, x *expectation) []*expectation {
	var rest []*expectation
	for _, y := range list {
		if y != x {
			rest = append(rest, y)
		}
	}
	return rest
}

// settleExpectations ends the expectations that an event meets, which it returns,
// and fails the rules that forbid it.
func (m *Modem) settleExpectations(e Event) (met []*rule) {
	s := m.script
	for _, x := range slices.Clone(s.expects) {
		if m.comes(x, e) && x.came == x.nth {
			x.timer.stop()
			s.expects = without(s.expects, x)
			s.verdict.exitWanted = s.verdict.exitWanted || e.Kind == scenarios.EventExit
			met = append(met, x.rule)
		}
	}
	for _, x := range slices.Clone(s.forbids) {
		if m.comes(x, e) && x.came == x.nth {
			m.permit(x) // once is enough
			m.fail(x.rule, "%s: %s", x.broken(), e)
		} else if a, _ := x.Action.Args.(scenarios.ForbidAction); m.matches(a.Until, e) {
			m.permit(x)
		}
	}
	return met
}

// broken says how often came what was forbidden.
func (x *expectation) broken() string {
	if x.nth == 1 {
		return "forbidden, but it happened"
	}
	return fmt.Sprintf("forbidden, but it happened %d times", x.nth)
}

// comes counts an event if it is the one that is waited for. One of the data that
// names no byte is any piece of it, or of several a transfer each.
func (m *Modem) comes(x *expectation, e Event) bool {
	match := m.matches
	if x.nth > 1 {
		match = m.triggers
	}
	if !match(x.Action.Event(), e) {
		return false
	}
	x.came++
	return true
}
