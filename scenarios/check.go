package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Check reports the first event that names a command that the module does not know, as an
// *Error with the nearest name. known are the names of the commands in capitals without AT,
// such as +CSQ, &F or S; what a rule of the script replies to is known too. A rule may wait
// for any command that it replies to, ignores or only logs, and forbid any. lacking are the names
// of commands that the module has and modemsim does not, which the error tells apart.
func (sc *Script) Check(known, lacking []string) error {
	known = append(slices.Clone(known), sc.Replies()...)
	for _, r := range sc.Rules {
		for _, e := range r.named() {
			if name := e.command(); !slices.Contains(known, name) {
				return &Error{r.File, r.Line, unknownCommand(name, known, lacking)}
			}
		}
	}
	return nil
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

// Replies are the names of the commands that rules of the script reply to instead of the module.
func (sc *Script) Replies() []string {
	var names []string
	for _, r := range sc.Rules {
		if e := r.Trigger.Event; slices.Contains([]string{"reply", "connect"}, r.Action.Verb) && e.command() != "" {
			names = append(names, e.command())
		}
	}
	return names
}

// named are the events of a rule whose command the module must know for the rule to act.
func (r *Rule) named() []*Event {
	var events []*Event
	if e := r.Trigger.Event; e.command() != "" && !slices.Contains([]string{"reply", "connect", "ignore", "log"}, r.Action.Verb) {
		events = append(events, e)
	}
	if e := r.Action.Event(); e.command() != "" && r.Action.Verb != "forbid" {
		events = append(events, e)
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
		return fmt.Errorf("the module has AT%s, modemsim does not (a rule may reply to it: on AT%s reply TEXT)", name, name)
	}
	return fmt.Errorf("the module does not know AT%s (%s)", name, suggestCommand(name, known))
}

// suggestCommand is the hint for an unknown command.
func suggestCommand(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", "AT"+near)
	}
	return "'modemsim commands' lists them; a rule may reply to others: on AT" + name + " reply TEXT"
}
