package sim

import (
	"fmt"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/faults"
)

// promised is how often a rule promised to act: a fault that is counted, and an
// expectation whose trigger has to happen; 0: it promised nothing.
func (r *rule) promised() int {
	switch {
	case r.Action.IsFault():
		return r.Count.Promised()
	case r.Action.Verb == "expect" && r.Trigger.Kind != scenarios.AtStart && r.taken == 0:
		return 1
	}
	return 0
}

// checkPromises fails the rules that promised to act and did not. A rule that has
// failed already, or that stands below one, adds nothing.
func (m *Modem) checkPromises() {
	for i, r := range m.script.rules {
		switch {
		case r.fired >= r.promised() || r.failed:
		case i > 0 && m.script.rules[i-1].next == r && m.script.rules[i-1].failed:
			r.failed = true
		default:
			m.fail(r, "%s (last event: %s)", m.broken(r), m.script.last)
		}
	}
}

// broken says what kept a rule from acting as often as it promised: its trigger
// did not come, or not often enough, or its action found no occasion.
func (m *Modem) broken(r *rule) string {
	text := triggerText(r)
	switch {
	case r.taken > r.fired && r.fired > 0:
		return fmt.Sprintf("happened %d of %d times: %s was set off at %s, but %s", r.fired, r.promised(), text, m.sinceStart(r.setOffAt), m.occasion(r))
	case r.taken > r.fired:
		return fmt.Sprintf("%s set it off at %s, but %s", text, m.sinceStart(r.setOffAt), m.occasion(r))
	case r.seen == 0 && r.hindrance != "":
		return fmt.Sprintf("never happened: %s, since %s", text, r.hindrance)
	case r.seen == 0:
		return "never happened: " + text
	case r.Count.Kind != scenarios.First:
		return fmt.Sprintf("%s came %s, not %d", text, times(r.seen), r.Count.N)
	}
	return fmt.Sprintf("%s came %d of %d times", text, r.seen, r.promised())
}

// times is a number of times in words.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// sinceStart is a time as the transcript counts it.
func (m *Modem) sinceStart(t time.Time) string {
	return fmt.Sprintf("%.1f s", t.Sub(m.clock.start).Seconds())
}

// noData says that nothing passed where an action waited for it.
func noData(socket int) string {
	if socket > 0 {
		return fmt.Sprintf("no data passed on socket %d", socket)
	}
	return "no transfer followed"
}

// occasion says what an action that was set off has waited for in vain.
func (m *Modem) occasion(r *rule) string {
	switch args := r.Action.Args.(type) {
	case scenarios.CutAction:
		for _, c := range m.script.cuts {
			if c.rule == r && c.left < args.After {
				return fmt.Sprintf("only %d bytes more passed", args.After-c.left)
			}
		}
		return noData(args.Socket)
	case scenarios.StallAction:
		return noData(args.Socket)
	case scenarios.ReplyAction, scenarios.IgnoreAction:
		return "another rule answered the command"
	case faults.FTPReply:
		return "no " + ftpOccasion(args.Verb, args.End) + " followed"
	case faults.FTPShort:
		return fmt.Sprintf("no data of a %s passed byte %d", args.Verb, args.At)
	case faults.FTPSilent:
		return "no " + ftpOccasion(args.Verb, args.End) + " followed"
	case faults.FTPRefused:
		return "no " + ftpOccasion(args.Connection, false) + " followed"
	case faults.FTPUnreachable:
		return "no " + ftpOccasion(args.Connection, false) + " followed"
	case faults.FTPClosing:
		return "no FTP connection was open"
	case faults.Answer:
		return "no answer to the command followed"
	}
	return "no byte was hit"
}

// ftpOccasion is what a fault on FTP commands waits for.
func ftpOccasion(verb string, end bool) string {
	switch {
	case end:
		return "end of a " + verb
	case verb == "CONNECT":
		return "connection to the FTP server"
	case verb == "DATA":
		return "data connection"
	}
	return verb
}

// triggerText returns the trigger of a rule, in the words of the scenario.
func triggerText(r *rule) string {
	if r.Trigger.Kind == scenarios.OnEvent {
		return r.Trigger.Event.String()
	}
	return r.Text
}

// eventText returns the event of a rule with expect, in the words of the scenario.
func eventText(r *rule) string { return r.Action.Event().String() }
