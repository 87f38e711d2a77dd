package sim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A cutting is a rule that cuts the data connection after some bytes more.
type cutting struct {
	*rule
	left   int64
	socket int   // 0: it is about any stream
	of     *flow // the one that it is about; nil, or over: the next
}

// meets reports whether the bytes of a flow are those that the cut counts.
func (c *cutting) meets(f *flow) bool {
	return f.isOf(c.socket) && (c.of == nil || c.of == f || c.of.over)
}

// isOf reports whether the flow is that of a socket; 0 is any flow.
func (f *flow) isOf(socket int) bool {
	return socket == 0 || f.traits.Events.Data == scenarios.EventSocketData && f.traits.Name == strconv.Itoa(socket)
}

// awaited are the events that expectations and callers wait for.
func (m *Modem) awaited() []*scenarios.Event {
	var events []*scenarios.Event
	for _, x := range m.script.expects {
		events = append(events, x.Action.Event())
	}
	for _, x := range m.script.forbids {
		events = append(events, x.Action.Awaited()...)
	}
	for _, w := range m.waiters {
		events = append(events, w.event)
	}
	return events
}

// markIn is the byte of a stream that an event such as ftp:data@N means; -1: none,
// since size, the bytes that the stream has to bring, is not known.
func markIn(e *scenarios.Event, size int64) int64 {
	switch {
	case !e.Percent:
		return e.N
	case size < 0:
		return -1
	}
	return (size*e.N + 99) / 100
}

var errCut = errors.New(commands.Cut.String())

// unstallAll lets what was parked pass, where nothing stalls it any more. It runs
// once the rules have acted, which are to see each byte at its place.
func (m *Modem) unstallAll() {
	m.timers.after(0, func() {
		for _, f := range m.flows() {
			f.unstall()
		}
	})
}

// noteData reports how many bytes have passed.
func (f *flow) noteData() {
	if kind := f.traits.Events.Data; kind != "" {
		f.c.passing = f
		f.c.note(Event{Kind: kind, Text: f.traits.Name, N: f.count(), Size: f.traits.Size})
		f.c.passing = nil
	}
}

// runCuts cuts the data connection when the bytes of a cut have passed.
func (f *flow) runCuts() {
	for i, c := range f.c.script.cuts {
		if c.left <= 0 && !f.over && !f.ending && c.meets(f) {
			f.c.script.cuts = append(f.c.script.cuts[:i:i], f.c.script.cuts[i+1:]...)
			f.c.fire(c.rule)
			f.loseData()
			return
		}
	}
}

// toNextMark is the number of bytes up to the next one at which a rule acts.
func (f *flow) toNextMark() int64 {
	next := min(chunkSize, f.host.limit())
	for _, c := range f.c.script.cuts {
		if c.meets(f) {
			next = min(next, max(1, c.left))
		}
	}
	for _, r := range f.c.script.rules {
		for e := range r.Trigger.Event.Either() {
			if f.marks(e) && (e.N >= 0 || f.count() == 0) {
				next = min(next, f.toMark(e))
			}
		}
	}
	for _, awaited := range f.c.awaited() {
		for e := range awaited.Either() {
			if f.marks(e) {
				next = min(next, f.toMark(e))
			}
		}
	}
	return next
}

// marks reports whether an event is a byte of a stream of this kind.
func (f *flow) marks(e *scenarios.Event) bool { return e.Kind == f.traits.Events.Data }

// toMark is the number of bytes up to the one that an event means: the next one
// when it names none.
func (f *flow) toMark(e *scenarios.Event) int64 {
	if e.N < 0 {
		return 1
	}
	if mark := markIn(e, f.traits.Size); mark > f.count() {
		return mark - f.count()
	}
	return chunkSize
}

func (f *flow) stall(r *rule) {
	f.stalled++
	f.stalls = append(f.stalls, f.c.afterModem(r, stallTime(r), func() {
		f.stalled--
		f.unstall()
	}))
}

// beginFaults starts what waited for the next stream.
func (f *flow) beginFaults() {
	f.armRules()
	f.tellHindrance()
	var left []*rule
	for _, r := range f.c.script.stalls {
		if a, _ := r.Action.Args.(scenarios.StallAction); !f.isOf(a.Socket) {
			left = append(left, r)
			continue
		}
		f.stall(r)
		f.c.fire(r)
	}
	f.c.script.stalls = left
	if slices.ContainsFunc(f.c.script.rules, f.marksStart) {
		f.noteData()
	}
	f.runCuts()
	f.host.advanced()
}

// marksStart reports whether a rule acts before the first byte of this stream.
func (f *flow) marksStart(r *rule) bool {
	for e := range r.Trigger.Event.Either() {
		if f.marks(e) && markIn(e, f.traits.Size) == 0 {
			return true
		}
	}
	return false
}

// tellHindrance keeps for the verdict why a percentage of this stream never comes.
func (f *flow) tellHindrance() {
	for _, r := range f.c.script.rules {
		if e := r.Trigger.Event; e != nil && f.marks(e) && e.Percent && f.traits.Size < 0 {
			r.hindrance = fmt.Sprintf("the %s of %s has no size that is known before (write ftp:data@N)", f.traits.Kind, f.traits.Name)
		}
	}
}

// loseData ends a stream as the loss of its data connection does.
func (f *flow) loseData() {
	f.settle(func() { f.abort(commands.Cut) })
	f.host.cutOff()
}

// endStalls lets data pass that stalls hold.
func (f *flow) endStalls() {
	for _, t := range f.stalls {
		t.stop()
	}
	f.stalls, f.stalled = nil, 0
	f.c.unstallAll()
}

// fieldByte is the time of a byte under timing field: 3 kB/s.
const fieldByte = time.Second / 3000

// byteTime is how long a byte takes over the air at least, in real time.
func (m *Modem) byteTime() time.Duration {
	switch {
	case m.script.rate > 0:
		return m.clock.real(time.Second / time.Duration(m.script.rate))
	case m.state.Settings.Timing == scenarios.TimingField:
		return m.clock.real(fieldByte)
	}
	return 0
}
