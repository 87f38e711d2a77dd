package sim

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/faults"
)

// A script is a scenario while it runs: its rules, what they wait for, what they
// have broken, and the verdict so far. Each scenario has its own, so that nothing
// of one reaches into the next. Only the owner uses it.
type script struct {
	rules    []*rule
	clocks   []*timer  // of the rules with at, since the last boot
	days     []*timer  // of the rules with at HH:MM, as the clock of the module goes
	silences []silence // one for each time of a host:idle
	idle     []*timer  // of the host's silence since it was last heard
	expects  []*expectation
	forbids  []*expectation
	last     Event // that happened

	activeFaults      // on answers: for the running line; on FTP commands: for the next
	editing      bool // a rule may act on an answer, which is collected then
	echoing      bool // on the echo too
	cuts         []*cutting
	stalls       []*rule

	dead       bool             // the bearer is gone and the module has not noticed
	unroutable bool             // the next data connection gets nowhere
	dozing     bool             // deaf until the host has sent something
	waking     *timer           // ends that
	deafUntil  time.Time        // of the last mute to end; the module hears nothing before
	rate       int64            // of slow in bytes per second; 0: none
	typed      []typedLine      // not taken yet
	centre     centreRule       // what the message centre does
	operator   map[string]*rule // what the operator answers, by code
	delivered  map[string]int64 // bytes of files whose transfer was cut

	moves   map[string]*timer     // of settings that change by and by
	outages map[string]outage     // that end what a rule has done for a time, by verb
	chances map[string]*rand.Rand // of what takes time under timing field, by command
	verdict judging
	over    chan struct{} // closed when the run is over
	reactions
}

func newScript() *script {
	return &script{
		operator:  make(map[string]*rule),
		delivered: make(map[string]int64),
		chances:   make(map[string]*rand.Rand),
		outages:   make(map[string]outage),
		moves:     make(map[string]*timer),
		verdict:   newJudging(),
		over:      make(chan struct{}),
	}
}

// revive ends the faults that do not outlast a loss of power.
func (s *script) revive() {
	s.dead, s.dozing, s.deafUntil, s.edits = false, false, time.Time{}, nil
	if s.waking != nil {
		s.waking.stop()
		s.waking = nil
	}
}

// A rule is one line of the scenario.
type rule struct {
	*scenarios.Rule                 // with the values that were drawn last for its ranges
	source          *scenarios.Rule // as it is written
	armed           *scenarios.Rule // with those of its trigger
	draws           *rand.Rand      // for its ranges
	armedFor        *flow           // whose byte was drawn for its trigger; nil: none

	next     *rule // the one below, if it waits for this one
	seen     int   // triggers so far
	taken    int   // of these, those that the count took
	fired    int   // actions that have happened
	failed   bool  // it was not kept
	failures int   // how often
	repeats  bool  // a then each has begun
	endless  bool  // it is one of those that set each other off without end
	chance   *rand.Rand

	setOffAt  time.Time // when the count took a trigger last
	hindrance string    // what keeps its trigger from happening
}

// load makes rules ready to run, the first time or in the place of others.
func (m *Modem) load(live []*scenarios.Rule) {
	s := m.script
	for i, r := range live {
		added := &rule{Rule: r, source: r, armed: r, chance: faults.Chance(m.seed, r.Text), draws: faults.Chance(m.seed, "ranges of "+r.Text)}
		waits := r.Trigger.Kind == scenarios.Then || r.Trigger.Kind == scenarios.ThenEach
		if waits && i > 0 {
			s.rules[len(s.rules)-1].next = added
		}
		s.rules = append(s.rules, added)
		for _, e := range append(r.Action.Awaited(), r.Trigger.Event) {
			s.addSilences(added, e)
		}
		if f, ok := editOf(r); ok {
			s.editing = true
			s.echoing = s.echoing || f.OnEcho()
		}
	}
}

// start runs the rules without a trigger, in order, and sets the clocks.
func (m *Modem) start() {
	for _, r := range m.script.rules {
		switch r.Trigger.Kind {
		case scenarios.AtStart:
			m.setOff(r)
		case scenarios.EachTime:
			m.repeat(r)
		}
	}
	m.startDays()
}

// startClocks sets the rules that count from the last power on or reset.
func (m *Modem) startClocks() {
	for _, t := range m.script.clocks {
		t.stop()
	}
	m.script.clocks = nil
	for _, r := range m.script.rules {
		if r.Trigger.Kind == scenarios.AtTime {
			r.arm(math.MaxInt64)
			m.script.clocks = append(m.script.clocks, m.afterModem(r, r.Trigger.D, func() { m.setOff(r) }))
		}
	}
}

// startDays sets the rules that wait for a time of day, as the module's clock says.
func (m *Modem) startDays() {
	m.stopDays()
	for _, r := range m.script.rules {
		if r.Trigger.Kind == scenarios.AtClock {
			m.startDay(r)
		}
	}
}

// startDay sets such a rule, unless the clock does not go.
func (m *Modem) startDay(r *rule) {
	if m.power == powerOff {
		return
	}
	clock := m.state.Clock(m.Now())
	wait := r.Trigger.D - clock.Sub(clock.Truncate(day))
	if wait < 0 {
		wait += day
	}
	m.awaitDay(r, wait)
}

// day is how long it takes for a time of day to come again.
const day = 24 * time.Hour

// awaitDay triggers a rule after a time and then each day.
func (m *Modem) awaitDay(r *rule, wait time.Duration) {
	m.script.days = append(m.script.days, m.afterModem(r, wait, func() {
		m.awaitDay(r, day)
		m.setOff(r)
	}))
}

// stopDays ends that: the clock has been set, or does not go.
func (m *Modem) stopDays() {
	for _, t := range m.script.days {
		t.stop()
	}
	m.script.days = nil
}

// heard restarts the timers of the host's silence, of rules and of waiters.
func (m *Modem) heard() {
	s := m.script
	for _, t := range s.idle {
		t.stop()
	}
	s.idle = s.idle[:0]
	for _, one := range s.silences {
		s.idle = append(s.idle, m.afterModem(one.rule, one.d, func() { m.note(hostIdle(one.d)) }))
	}
	for _, w := range m.waiters {
		m.awaitSilence(w)
	}
}

// awaitSilence wakes a waiter when the host has been silent from now on.
func (m *Modem) awaitSilence(w *waiter) {
	for e := range w.event.Either() {
		if e.Kind == scenarios.EventHostIdle {
			m.script.idle = append(m.script.idle, m.afterReal(m.clock.real(e.D), func() { m.wake(hostIdle(e.D)) }))
		}
	}
}

func hostIdle(d time.Duration) Event { return Event{Kind: scenarios.EventHostIdle, Text: d.String()} }

// A silence of the host is an event after d, on behalf of a rule.
type silence struct {
	rule *rule
	d    time.Duration
}

// addSilences adds what a rule wants to know of the host's silence.
func (s *script) addSilences(r *rule, e *scenarios.Event) {
	for one := range e.Either() {
		known := slices.ContainsFunc(s.silences, func(other silence) bool { return other.d == one.D })
		if one.Kind == scenarios.EventHostIdle && !known {
			s.silences = append(s.silences, silence{r, one.D})
		}
	}
}

// afterModem queues f after d of modem time on behalf of a rule. When the machine
// is too slow to keep that time, the verdict's notes say so.
func (m *Modem) afterModem(r *rule, d time.Duration, f func()) *timer {
	wait := m.clock.real(d)
	due := time.Now().Add(wait)
	return m.afterReal(wait, func() {
		m.script.verdict.late(r.Where(), time.Since(due))
		f()
	})
}

// afterReal queues f after d of real time, unless another scenario is loaded first.
func (m *Modem) afterReal(d time.Duration, f func()) *timer {
	of := m.script
	return m.timers.after(d, func() {
		if of == m.script {
			f()
		}
	})
}

// repeat triggers a rule each time that its trigger's time has passed for the modem.
func (m *Modem) repeat(r *rule) {
	r.arm(math.MaxInt64)
	m.afterModem(r, r.Trigger.D, func() {
		m.repeat(r)
		m.setOff(r)
	})
}

// triggers reports whether an event sets off the rules that name it. Data without
// a number does so once in a transfer, at its first byte: how many pieces it
// comes in says nothing.
func (m *Modem) triggers(want *scenarios.Event, e Event) bool {
	for one := range want.Either() {
		first := one.Kind.Row().Arg != scenarios.MarkArg || one.N >= 0 || e.N == 1
		if first && m.is(one, e) {
			return true
		}
	}
	return false
}

// matches reports whether an event is one that a rule names.
func (m *Modem) matches(want *scenarios.Event, e Event) bool {
	for one := range want.Either() {
		if m.is(one, e) {
			return true
		}
	}
	return false
}

// is reports whether an event is the one that a rule names, whatever stands behind
// or. Those with a number of bytes are met in passing (flow), not here.
func (m *Modem) is(want *scenarios.Event, e Event) bool {
	if want.Kind != e.Kind {
		return false
	}
	switch e.Kind.Row().Arg {
	case scenarios.CommandArg:
		c := e.Command
		return want.Matches(c.Name+c.Reg, c.FormSign(), c.Text)
	case scenarios.StateArg:
		return want.State == e.Text
	case scenarios.MarkArg:
		return want.N < 0 && e.N > 0 || want.N >= 0 && e.N == markIn(want, e.Size)
	case scenarios.CodeArg:
		return want.N < 0 || want.N == e.N
	case scenarios.FileArg:
		return (want.File == "" || sameFile(want.File, e.Text)) && (want.Content == nil || e.SHA256 != "" && want.Content.Holds(e.Size, e.SHA256))
	case scenarios.TimeArg:
		return want.D.String() == e.Text
	case scenarios.WordArg:
		return want.Text == "" || want.Text == e.Text
	case scenarios.MessageArg:
		return want.MatchesMessage(e.Number, e.Text)
	}
	return true
}

// takes reports whether the rule's count includes the trigger just seen.
func (r *rule) takes() bool {
	switch c := r.Count; c.Kind {
	case scenarios.First:
		return r.seen <= c.N
	case scenarios.Nth:
		return r.seen == c.N
	case scenarios.From:
		return r.seen >= c.N
	case scenarios.EveryNth:
		return r.seen%c.N == 0
	case scenarios.Chance:
		return r.chance.Float64() < c.P
	}
	return true
}

// fire records that a rule's action has happened, and sets off the rule below.
func (m *Modem) fire(r *rule) {
	r.fired++
	if r.Action.Verb != "log" {
		m.transcript.Note(r.Where(), r.Text)
	}
	switch next := r.next; {
	case next == nil:
	case next.Trigger.Kind == scenarios.ThenEach && !next.repeats: // once begun, it goes on
		next.repeats = true
		m.repeat(next)
	case next.Trigger.Kind == scenarios.ThenEach:
	case next.Trigger.D == 0:
		m.trigger(next)
	default:
		next.arm(math.MaxInt64)
		m.afterModem(next, next.Trigger.D, func() { m.setOff(next) })
	}
}
