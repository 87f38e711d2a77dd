package scenarios

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Rule is one line of a scenario.
type Rule struct {
	File    string
	Line    int    // from 1
	Text    string // the rule with one blank between its words
	Trigger Trigger
	Count   Count
	Action  Action

	random *ranges // nil: it has none
}

// Where is the rule's place, FILE:LINE.
func (r *Rule) Where() string { return fmt.Sprintf("%s:%d", r.File, r.Line) }

// String is the rule as a line of a file, without its end.
func (r *Rule) String() string { return r.Text }

// TriggerKind says when a rule acts.
type TriggerKind int

// The kinds of triggers.
const (
	AtStart  TriggerKind = iota // once, at the start
	OnEvent                     // at each event
	AtTime                      // D after the last power on or reset
	EachTime                    // every D
	Then                        // D after the rule above has fired, or its expectation was met
	ThenEach                    // from then on every D
	AtClock                     // when the clock of the module shows D after midnight
)

// Trigger is when a rule acts.
type Trigger struct {
	Kind  TriggerKind
	Event *Event        // of OnEvent
	D     time.Duration // of the others
}

// CountKind says which of its triggers a rule takes.
type CountKind int

// The kinds of counts.
const (
	Every    CountKind = iota
	First              // the first N; once is the first 1
	Nth                // the N-th alone
	From               // the N-th and all after it
	EveryNth           // each N-th
	Chance             // each with probability P
)

// Count is which of its triggers a rule takes.
type Count struct {
	Kind CountKind
	N    int
	P    float64 // 0 to 1
}

// Promised is how often the count promises that a rule fires.
func (c Count) Promised() int {
	switch c.Kind {
	case First:
		return c.N
	case Nth, EveryNth:
		return 1
	}
	return 0
}

// parseRule reads a line that says something.
func parseRule(text string) (*Rule, error) {
	s := &scanner{rest: text}
	r := new(Rule)
	var err error
	if r.Trigger, err = s.trigger(); err != nil {
		return nil, err
	}
	if r.Count, err = s.count(); err != nil {
		return nil, err
	}
	s.part = TheAction
	if r.Action, err = s.action(r); err != nil {
		return nil, err
	}
	for i, w := range s.taken {
		if i > 0 {
			r.Text += " "
		}
		r.Text += w
	}
	if s.ranges != nil {
		r.random = &ranges{s.taken, s.ranges}
	}
	return r, nil
}

// trigger takes the words before the count.
func (s *scanner) trigger() (t Trigger, err error) {
	switch {
	case s.Is("on"):
		t.Kind = OnEvent
		t.Event, err = s.event()
		if err == nil && t.Event.Has(func(e *Event) bool { return e.Kind == EventExit }) {
			err = fmt.Errorf("the program's end triggers nothing (expect 60s exit 0 waits for it)")
		}
	case s.Is("at"):
		if of, err := time.Parse("15:04", s.Peek()); err == nil {
			s.Word()
			return Trigger{Kind: AtClock, D: of.Sub(of.Truncate(24 * time.Hour))}, nil
		}
		t.Kind = AtTime
		t.D, err = s.Duration()
	case s.Is("each"):
		t.Kind = EachTime
		t.D, err = s.Duration()
	case s.Is("then"):
		t.Kind = Then
		if s.Is("each") {
			t.Kind = ThenEach
			t.D, err = s.Duration()
		} else {
			t.D, _ = s.peekDuration()
		}
	}
	return t, err
}

// count takes the words before the verb.
func (s *scanner) count() (Count, error) {
	for word, kind := range map[string]CountKind{"first": First, "nth": Nth, "from": From} {
		if s.Is(word) {
			n, err := s.exactNumber(word, 1, math.MaxInt32)
			return Count{Kind: kind, N: int(n)}, err
		}
	}
	switch {
	case s.Is("once"):
		return Count{Kind: First, N: 1}, nil
	case s.Is("every"):
		if _, err := time.ParseDuration(s.Peek()); err == nil && !isDigits(s.Peek()) {
			return Count{}, fmt.Errorf("every takes a number of times (each %s acts every %s)", s.Peek(), s.Peek())
		}
		n, err := s.exactNumber("every", 2, math.MaxInt32)
		return Count{Kind: EveryNth, N: int(n)}, err
	case s.Is("p"):
		p, err := strconv.ParseFloat(s.Word(), 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return Count{}, fmt.Errorf("p wants a probability from 0 to 1")
		}
		return Count{Kind: Chance, P: p}, nil
	}
	return Count{}, nil
}

// action takes the verb and its arguments.
func (s *scanner) action(r *Rule) (Action, error) {
	name := s.Word()
	if name == "" {
		return Action{}, fmt.Errorf("a verb is missing (one of %s)", join(Verbs()))
	}
	v, err := findVerb(name)
	if err != nil {
		return Action{}, s.misplaced(name, r, err)
	}
	if v.answer && (r.Trigger.Kind != OnEvent || r.Trigger.Event.Has(func(e *Event) bool { return e.Kind != EventCommand })) {
		return Action{}, fmt.Errorf("%s acts on the answer to a command (on AT+X %s ...)", name, name)
	}
	args, err := v.parse(s)
	if err != nil {
		return Action{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := s.end(); err != nil {
		return Action{}, fmt.Errorf("%s: %w (%s)", name, err, v.usage())
	}
	return Action{name, args}, nil
}
