package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Check reports the events that name a command that the module does not know, each as an *Error
// with the nearest name. known are the names of the commands in capitals without AT, such as
// +CSQ, &F or S; what a rule of the script answers in the module's place is known too. A rule may
// wait for any command that it answers, ignores or only logs, and forbid any. lacking are the names
// of commands that the module has and modemsim does not, which the error tells apart.
func (sc *Script) Check(known, lacking []string) error {
	known = append(slices.Clone(known), sc.Replies()...)
	var errs []error
	for _, r := range sc.Rules {
		for _, e := range r.named() {
			if name := e.command(); !slices.Contains(known, name) {
				errs = append(errs, &Error{r.File, r.Line, unknownCommand(name, known, lacking)})
			}
		}
	}
	return errors.Join(errs...)
}

// CheckFixedPort reports the first rule that unplugs the port, as an *Error, for a port that cannot
// go away.
func CheckFixedPort(rules []*Rule) error {
	for _, r := range rules {
		if _, is := r.Action.Args.(UnplugAction); is {
			return &Error{r.File, r.Line, errors.New("this port cannot be unplugged: a pty with a link can (--link PATH)")}
		}
	}
	return nil
}

// Replies are the names of the commands that rules of the script answer or ignore in the module's
// place.
func (sc *Script) Replies() []string {
	var names []string
	for _, r := range sc.Rules {
		for e := range r.Trigger.Event.Either() {
			if r.answers() {
				names = append(names, e.command())
			}
		}
	}
	return names
}

// answers reports whether a rule takes a command out of the module's hands.
func (r *Rule) answers() bool {
	return slices.Contains([]string{"reply", "prompt", "connect", "ignore"}, r.Action.Verb)
}

// named are the events of a rule whose command the module must know for the rule to act.
func (r *Rule) named() []*Event {
	var events []*Event
	for e := range r.Trigger.Event.Either() {
		if e.command() != "" && !r.answers() && r.Action.Verb != "log" {
			events = append(events, e)
		}
	}
	awaited := r.Action.Awaited()
	if r.Action.Verb == "forbid" {
		awaited = awaited[1:]
	}
	for _, event := range awaited {
		for e := range event.Either() {
			if e.command() != "" {
				events = append(events, e)
			}
		}
	}
	return events
}

// command is the name of the event's command, with S for every register; "" for the bare
// line and other events.
func (e *Event) command() string {
	if e == nil || e.Kind != EventCommand {
		return ""
	}
	if register, ok := strings.CutPrefix(e.Name, "S"); ok && isDigits(register) {
		return "S"
	}
	return e.Name
}

func unknownCommand(name string, known, lacking []string) error {
	if slices.Contains(lacking, name) {
		return fmt.Errorf("the module has AT%s, modemsim does not (answer it first: on AT%s reply TEXT, or ignore)", name, name)
	}
	return fmt.Errorf("the module does not know AT%s (%s)", name, suggestCommand(name, known))
}

// suggestCommand is the hint for an unknown command.
func suggestCommand(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q? else answer it first: on AT%s reply TEXT, or ignore", "AT"+near, name)
	}
	return "'modemsim commands' lists them; a rule may answer others: on AT" + name + " reply TEXT, or ignore"
}

// Doubts reports what a scenario may say and hardly means, each as an *Error of its rule:
// commands that it forbids and that look like a misspelt one of known, which are as in Check, and
// rules that can never act.
func (sc *Script) Doubts(known []string) []error {
	known = append(slices.Clone(known), sc.Replies()...)
	var errs []error
	for i, r := range sc.Rules {
		for _, doubt := range []string{r.misspelt(known), sc.idle(i)} {
			if doubt != "" {
				errs = append(errs, &Error{r.File, r.Line, errors.New(doubt)})
			}
		}
	}
	return errs
}

// misspelt says which command a rule that forbids an unknown one may mean; "": none.
func (r *Rule) misspelt(known []string) string {
	if r.Action.Verb != "forbid" {
		return ""
	}
	for e := range r.Action.Event().Either() {
		name := e.command()
		near := nearest(name, known)
		if name != "" && !slices.Contains(known, name) && near != "" && distance(name, near) <= 2 {
			return fmt.Sprintf("the module does not know AT%s: did you mean %q?", name, "AT"+near)
		}
	}
	return ""
}

// idle says why a rule can never act; "": it can.
func (sc *Script) idle(i int) string {
	r := sc.Rules[i]
	late := (r.Count.Kind == Nth || r.Count.Kind == From || r.Count.Kind == EveryNth) && r.Count.N > 1
	switch {
	case r.Count.Kind == Chance && r.Count.P == 0:
		return "this rule never acts (its probability is 0)"
	case r.Trigger.Kind == AtStart && late:
		return "this rule never acts (the start comes once; on EVENT comes more often)"
	case i > 0 && (r.Trigger.Kind == Then || r.Trigger.Kind == ThenEach) && sc.Rules[i-1].ends():
		return "this rule never acts (the one above ends the run)"
	case i > 0 && r.Trigger.Kind == Then && late && sc.Rules[i-1].Trigger.Kind == AtStart:
		return "this rule never acts (the one above acts once)"
	}
	if by := sc.answeredBy(i); by != nil {
		return fmt.Sprintf("this rule never acts (%s answers the command)", by.Where())
	}
	return ""
}

// ends reports whether a rule ends the run when it acts.
func (r *Rule) ends() bool { return r.Action.Verb == "pass" || r.Action.Verb == "fail" }

// answeredBy is a later rule that answers each command that rule i would; nil: there is none. The
// last rule that answers a command counts.
func (sc *Script) answeredBy(i int) *Rule {
	r := sc.Rules[i]
	if r.Trigger.Kind != OnEvent || !r.answers() || r.Action.Verb == "prompt" {
		return nil
	}
	for _, other := range sc.Rules[i+1:] {
		if other.Trigger.Kind == OnEvent && other.answers() && other.Action.Verb != "prompt" && other.Count.Kind == Every && other.Trigger.Event.String() == r.Trigger.Event.String() {
			return other
		}
	}
	return nil
}
