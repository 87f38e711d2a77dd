package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// MinPeriod is the shortest period of each, in real time.
const MinPeriod = time.Millisecond

// CheckPeriods reports the first rule whose period is too short for a modem whose time runs speed
// times faster than real time, as an *Error.
func (sc *Script) CheckPeriods(speed float64) error {
	for _, r := range sc.Rules {
		if k := r.Trigger.Kind; k != EachTime && k != ThenEach {
			continue
		}
		if d := time.Duration(float64(r.Trigger.D) / speed); d < MinPeriod {
			return &Error{r.File, r.Line, fmt.Errorf("each %v is too short at %g times the speed (at least %v of real time, here each %v)",
				r.Trigger.D, speed, MinPeriod, time.Duration(float64(MinPeriod)*speed))}
		}
	}
	return nil
}

// Loops reports rules that may set each other off without end, each group of them once, as an
// *Error of its first rule. Such rules have no count, and no time passes between them. A run in
// which they do ends with a failed verdict.
func (sc *Script) Loops() []error {
	var errs []error
	var told []*Rule
	for _, r := range sc.Rules {
		loop := sc.loop(r)
		if loop == nil || slices.Contains(told, r) {
			continue
		}
		told = append(told, loop...)
		errs = append(errs, &Error{r.File, r.Line, fmt.Errorf("%s without end (give one a count, such as once, or a delay)", others(r, loop))})
	}
	return errs
}

// others says which rules of a loop set each other off.
func others(first *Rule, loop []*Rule) string {
	var rest []string
	for _, r := range loop {
		if r != first {
			rest = append(rest, r.Where())
		}
	}
	if rest == nil {
		return "this rule may set itself off"
	}
	slices.Sort(rest)
	return fmt.Sprintf("this rule and %s may set each other off", strings.Join(rest, ", "))
}

// loop returns the shortest way from a rule back to itself; nil: there is none.
func (sc *Script) loop(start *Rule) []*Rule {
	from := map[*Rule]*Rule{start: nil}
	for queue := []*Rule{start}; len(queue) > 0; queue = queue[1:] {
		for _, r := range sc.setOffBy(queue[0]) {
			if r == start {
				var way []*Rule
				for at := queue[0]; at != nil; at = from[at] {
					way = append(way, at)
				}
				return way
			}
			if _, seen := from[r]; !seen {
				from[r] = queue[0]
				queue = append(queue, r)
			}
		}
	}
	return nil
}

// setOffBy are the rules that a rule without a count sets off while no time passes.
func (sc *Script) setOffBy(r *Rule) []*Rule {
	if r.Count.Kind != Every && r.Count.Kind != From {
		return nil
	}
	var rules []*Rule
	if i := slices.Index(sc.Rules, r) + 1; i < len(sc.Rules) {
		if next := sc.Rules[i]; next.Trigger.Kind == Then && next.Trigger.D < MinPeriod {
			rules = append(rules, next)
		}
	}
	for _, e := range sc.raised(r.Action) {
		for _, other := range sc.Rules {
			if other.Trigger.Event.Has(func(want *Event) bool { return want.metBy(e) }) {
				rules = append(rules, other)
			}
		}
	}
	return rules
}

// metBy reports whether an event that an action brings about is this one.
func (e *Event) metBy(raised *Event) bool {
	if e.Kind == EventCommand {
		return e.Matches(raised.Name, raised.Form, raised.Args)
	}
	return e.Kind == raised.Kind && e.State == raised.State
}

// raised are the events that an action brings about at once.
func (sc *Script) raised(a Action) []*Event {
	switch args := a.Args.(type) {
	case GPRSAction:
		switch {
		case args.Up:
			return []*Event{{Kind: EventGPRSActive}}
		case !args.Silent:
			return []*Event{{Kind: EventGPRSInactive}}
		}
	case NetworkAction:
		return []*Event{{Kind: EventNetwork, State: args.State}}
	case SIMAction:
		return []*Event{{Kind: EventSIM, State: args.State}}
	case ResetAction:
		return append(sc.booting(), &Event{Kind: EventDown})
	case PowerAction:
		if !args.On {
			return []*Event{{Kind: EventDown}}
		}
		return sc.booting()
	case TypeAction:
		return typed(args.Text)
	}
	return nil
}

// booting are the events of a boot that takes no time.
func (sc *Script) booting() []*Event {
	if sc.slowBoot() {
		return nil
	}
	return []*Event{{Kind: EventBoot}}
}

// typed are the commands of input that a rule types.
func typed(text string) []*Event {
	var events []*Event
	for line := range strings.SplitSeq(text, "\r") {
		if e, err := ParseEvent(line); err == nil && e.Kind == EventCommand {
			events = append(events, e)
		}
	}
	return events
}

// slowBoot reports whether the script makes the module boot as slowly as a real one.
func (sc *Script) slowBoot() bool {
	var s Settings
	sc.Apply(&s)
	return s.Timing == TimingField
}
