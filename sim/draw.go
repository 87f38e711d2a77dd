package sim

import (
	"fmt"
	"math"

	"github.com/modemsim/modemsim/scenarios"
)

// draw draws a number from low to high for a range of the rule.
func (r *rule) draw(low, high int64) int64 { return low + int64(r.draws.Uint64N(uint64(high-low)+1)) }

// arm draws anew what the trigger of a rule waits for. No number is above most, as
// far as the range allows.
func (r *rule) arm(most int64) {
	r.armed = r.source.Draw(scenarios.TheTrigger, func(low, high int64) int64 {
		return r.draw(low, max(low, min(high, most)))
	})
	r.Rule = r.armed
}

// armRules draws for this stream the bytes at which rules act: some that it has,
// when its size is known.
func (f *flow) armRules() {
	for _, r := range f.c.script.rules {
		if f.draws(r) {
			r.arm(f.most(r))
			r.armedFor = f
		}
	}
}

// draws reports whether a rule acts at a byte of this stream that is drawn.
func (f *flow) draws(r *rule) bool {
	return r.source.Draws(scenarios.TheTrigger) && r.source.Trigger.Event.Has(f.marks)
}

// most is the last byte of the stream at which a rule may act.
func (f *flow) most(r *rule) int64 {
	if percent := func(e *scenarios.Event) bool { return e.Percent }; f.traits.Size < 0 || r.source.Trigger.Event.Has(percent) {
		return math.MaxInt64
	}
	return f.traits.Size
}

// tellMissed notes which rules waited for a byte behind the end of the stream. The
// next one is drawn anew.
func (f *flow) tellMissed() {
	for _, r := range f.c.script.rules {
		if r.armedFor != f {
			continue
		}
		r.armedFor = nil
		if r.Count.Kind == scenarios.First && r.seen >= r.Count.N {
			continue
		}
		for e := range r.Trigger.Event.Either() {
			if mark := markIn(e, f.traits.Size); f.marks(e) && mark > f.count() {
				r.hindrance = fmt.Sprintf("the %s of %s ended at byte %d", f.traits.Kind, f.traits.Name, f.count())
				f.c.transcript.Note(r.Where(), fmt.Sprintf("%s was drawn, but %s; the next is drawn anew", e, r.hindrance))
			}
		}
	}
}
