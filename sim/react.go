package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// reactions is how the rules of a script come to act: one event after the
// other. What an action brings about waits until all rules have seen the event
// that set it off, so that rules that set each other off are a loop here and no
// recursion.
type reactions struct {
	raised   []raised // events that the rules have not seen yet
	reacting bool     // a rule is acting, or an event is being shown to the rules
	chained  []*rule  // the last rules that others have set off
	burst    int      // how many were, since the owner had nothing to do
}

// A raised event is one with its chain; see timers.
type raised struct {
	Event
	chain int
}

// Rules that set each other off while no time passes: maxChain is how many may,
// each set off by the one before, and maxBurst how many in all. Both are more
// than any scenario means to have.
const (
	maxChain = 1000
	maxBurst = 20_000
)

// chainShown is how many of the last rules are looked at to tell which of them
// go on without end.
const chainShown = 64

// happened lets the rules act on an event.
func (m *Modem) happened(e Event) {
	m.script.raised = append(m.script.raised, raised{e, m.timers.chain})
	m.react()
}

// setOff triggers a rule outside of any event.
func (m *Modem) setOff(r *rule) {
	s, nested := m.script, m.script.reacting
	s.reacting = true
	m.trigger(r)
	s.reacting = nested
	m.react()
}

// react shows the rules what has happened, unless that is being done already.
func (m *Modem) react() {
	s := m.script
	if s.reacting {
		return
	}
	chain := m.timers.chain
	s.reacting = true
	for i := 0; i < len(s.raised); i++ { // which grows meanwhile
		e := s.raised[i]
		s.raised[i] = raised{}
		m.timers.chain = e.chain
		m.reactTo(e.Event)
	}
	s.raised = s.raised[:0]
	s.reacting = false
	m.timers.chain = chain
}

// reactTo lets the rules act on one event, in the order of the file.
func (m *Modem) reactTo(e Event) {
	s := m.script
	// The program's end and the close say nothing of what the modem did before.
	if e.Kind != scenarios.EventExit && e.Kind != scenarios.EventHostClose {
		s.last = e
	}
	m.wake(e)
	met := m.settleExpectations(e)
	for _, r := range s.rules {
		if slices.Contains(met, r) {
			m.fire(r)
		}
		if r.Trigger.Kind == scenarios.OnEvent && m.triggers(r.Trigger.Event, e) {
			m.trigger(r)
		}
	}
}

// trigger runs a rule's action if its count takes this trigger.
func (m *Modem) trigger(r *rule) {
	r.seen++
	if r.endless || !r.takes() || m.over() {
		return
	}
	if m.timers.chain > 0 && !m.chain(r) {
		m.endless(r)
		return
	}
	r.taken++
	r.setOffAt = time.Now()
	r.Rule = r.armed.Draw(scenarios.TheAction, r.draw)
	m.timers.chain++
	fired := actions[r.Action.Verb](m, r)
	m.timers.chain--
	if fired {
		m.fire(r)
	}
}

// chain keeps that a rule was set off by another one. It reports whether the
// chain may go on.
func (m *Modem) chain(r *rule) bool {
	s := m.script
	s.burst++
	s.chained = append(s.chained, r)
	if n := len(s.chained) - chainShown; n > 0 {
		s.chained = append(s.chained[:0], s.chained[n:]...)
	}
	return m.timers.chain < maxChain && s.burst < maxBurst
}

// endless fails the rules that set each other off without end, and r with them.
// They act no more, and the run is over, unless they are those of Do alone.
func (m *Modem) endless(r *rule) {
	rules := []*rule{r}
	for _, other := range m.script.chained {
		if !slices.Contains(rules, other) {
			rules = append(rules, other)
		}
	}
	m.script.chained = nil
	slices.SortFunc(rules, func(a, b *rule) int { return slices.Index(m.script.rules, a) - slices.Index(m.script.rules, b) })
	live := true
	for _, other := range rules {
		other.endless = true
		live = live && other.File == liveFile
	}
	m.fail(rules[0], "%s without end, while no time passes (give one a count or a delay)", settingOff(rules))
	if !live {
		m.finish("rules set each other off")
	}
}

// settingOff names rules that set each other off, the first of which is known.
func settingOff(rules []*rule) string {
	if len(rules) == 1 {
		return "this rule sets itself off"
	}
	var others []string
	for _, r := range rules[1:] {
		others = append(others, r.Where())
	}
	return fmt.Sprintf("this rule and %s set each other off", strings.Join(others, ", "))
}
