package sim

import (
	"fmt"
	"math/rand/v2"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/faults"
)

// An activeFault is a fault at work.
type activeFault struct {
	faults.Fault
	rule   *rule // that set it off; nil: the option Fault did
	chance *rand.Rand
	filter faults.Filter // of a fault on bytes that pass
	fired  bool          // the rule has
}

// activeFaults are the faults at work, by the place where they act.
type activeFaults struct {
	edits   []*activeFault // on the answer to a command line
	damages []*activeFault // on the data stream
	noises  []*activeFault // on what the host sends in command mode
	wire    []*activeFault // on FTP commands
}

// add sets a fault to work.
func (a *activeFaults) add(f *activeFault) {
	switch fault := f.Fault.(type) {
	case faults.Answer:
		a.edits = append(a.edits, f)
	case faults.Stream:
		f.filter = fault.Data(f.chance)
		a.damages = append(a.damages, f)
	case faults.Line:
		f.filter = fault.Input(f.chance)
		a.noises = append(a.noises, f)
	case faults.Wire:
		a.wire = append(a.wire, f)
	}
}

// end switches the standing faults of a verb off.
func (a *activeFaults) end(verb string) {
	a.damages, a.noises = withoutVerb(a.damages, verb), withoutVerb(a.noises, verb)
}

func withoutVerb(list []*activeFault, verb string) []*activeFault {
	var rest []*activeFault
	for _, f := range list {
		if f.rule.Action.Verb != verb {
			rest = append(rest, f)
		}
	}
	return rest
}

// addFaults sets the faults of the options to work, for good.
func (m *Modem) addFaults(list []faults.Fault) {
	for i, f := range list {
		m.faults.add(&activeFault{Fault: f, chance: faults.Chance(m.seed, fmt.Sprintf("fault %d %T", i, f))})
	}
}

// editOf returns the fault on answers that a rule sets off, if it does. A URC that
// is held until the command has run does not change the answer.
func editOf(r *scenarios.Rule) (faults.Answer, bool) {
	if urc, ok := r.Action.Args.(faults.Inserted); ok && urc.At == faults.Held {
		return nil, false
	}
	f, ok := r.Action.Args.(faults.Answer)
	return f, ok
}

// actFault sets a fault to work, or ends a standing one. It fires with its
// first hit.
func actFault(m *Modem, r *rule) bool {
	if _, off := r.Action.Args.(scenarios.OffAction); off {
		m.script.end(r.Action.Verb)
		return true
	}
	if hook, _ := faults.HookOf(r.Action.Args); hook == faults.OnStream || hook == faults.OnLine {
		m.script.end(r.Action.Verb) // one of a kind
	}
	m.script.add(&activeFault{Fault: r.Action.Args, rule: r, chance: r.chance})
	return false
}

// begun fires the rule of a fault when it first acts.
func (m *Modem) begun(f *activeFault) {
	if f.rule != nil && !f.fired {
		f.fired = true
		m.fire(f.rule)
	}
}

// pass lets bytes pass the faults of a place, those of the options first.
func (m *Modem) pass(p []byte, lists ...[]*activeFault) []byte {
	for _, list := range lists {
		for _, f := range list {
			p = f.filter.Pass(p)
			if f.filter.Hit() {
				m.begun(f)
			}
		}
	}
	return p
}

// damaged returns what is left of a chunk of the data stream.
func (m *Modem) damaged(chunk []byte) []byte {
	return m.pass(chunk, m.faults.damages, m.script.damages)
}

// received returns what arrives of bytes that the host sends in command mode.
func (m *Modem) received(sent []byte) []byte {
	m.noisy = m.noisy || len(m.faults.noises)+len(m.script.noises) > 0
	return m.pass(sent, m.faults.noises, m.script.noises)
}
