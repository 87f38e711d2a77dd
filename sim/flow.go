package sim

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A cutting is a rule that cuts the data connection after some bytes more.
type cutting struct {
	*rule
	left int64
}

// flow lets a chunk of a stream pass: up to the next byte at which a rule acts,
// then from there, as long as nothing stalls it. It returns what is left when the
// stream ends on the way.
func (d *dataStream) flow(w *way, chunk []byte) (rest []byte) {
	for len(chunk) > 0 && !d.over && !d.gone {
		if d.held(w) || len(w.parked) > 0 {
			w.parked = append(w.parked, chunk...)
			return nil
		}
		n := min(int64(len(chunk)), d.toNextMark())
		d.piece(w, chunk[:n])
		chunk = chunk[n:]
	}
	return chunk
}

// held reports whether bytes of one way cannot pass: something stalls the
// stream, or the host is in online command mode.
func (d *dataStream) held(w *way) bool {
	return d.stalled > 0 || d.c.script.dead || d.suspended && w == d.toHost
}

// piece lets bytes pass, damaged as the standing faults say, and what acts at
// their end act.
func (d *dataStream) piece(w *way, chunk []byte) {
	c := d.c
	sent := c.damaged(chunk)
	w.record.Add(sent)
	w.pass(sent)
	w.count += int64(len(chunk))
	for _, cut := range c.script.cuts { // those that the event below adds count from here
		cut.left -= int64(len(chunk))
	}
	d.noteData()
	d.runCuts()
	d.runShort()
}

// noteData reports how many bytes have passed.
func (d *dataStream) noteData() {
	if kind := d.traits.Events.Data; kind != "" {
		d.c.note(Event{Kind: kind, Text: d.traits.Name, N: d.count(), Size: d.traits.Size})
	}
}

// runCuts cuts the data connection when the bytes of a cut have passed.
func (d *dataStream) runCuts() {
	for i, c := range d.c.script.cuts {
		if c.left <= 0 && !d.over && !d.ending {
			d.c.script.cuts = append(d.c.script.cuts[:i:i], d.c.script.cuts[i+1:]...)
			d.c.fire(c.rule)
			d.loseData()
			return
		}
	}
}

// toNextMark is the number of bytes up to the next one at which a rule acts.
func (d *dataStream) toNextMark() int64 {
	next := int64(chunkSize)
	if f, o := d.short(); f != nil && o.At > d.count() {
		next = min(next, o.At-d.count())
	}
	for _, c := range d.c.script.cuts {
		next = min(next, max(1, c.left))
	}
	for _, r := range d.c.script.rules {
		for e := range r.Trigger.Event.Either() {
			if d.marks(e) && (e.N >= 0 || d.count() == 0) {
				next = min(next, d.toMark(e))
			}
		}
	}
	for _, awaited := range d.c.awaited() {
		for e := range awaited.Either() {
			if d.marks(e) {
				next = min(next, d.toMark(e))
			}
		}
	}
	return next
}

// marks reports whether an event is a byte of a stream of this kind.
func (d *dataStream) marks(e *scenarios.Event) bool { return e.Kind == d.traits.Events.Data }

// toMark is the number of bytes up to the one that an event means: the next one
// when it names none.
func (d *dataStream) toMark(e *scenarios.Event) int64 {
	if e.N < 0 {
		return 1
	}
	if mark := markIn(e, d.traits.Size); mark > d.count() {
		return mark - d.count()
	}
	return chunkSize
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

// loseData ends a stream as the loss of its data connection does: an FTP
// session stays.
func (d *dataStream) loseData() {
	d.settle(func() { d.abort(commands.Cut) })
	d.brokeOff(commands.Cut, "", errCut)
}

var errCut = errors.New(commands.Cut.String())

func (d *dataStream) stall(r *rule) {
	d.stalled++
	d.stalls = append(d.stalls, d.c.afterModem(r, stallTime(r), func() {
		d.stalled--
		d.unstall()
	}))
}

// unstallAll lets what was parked pass, where nothing stalls it any more. It runs
// once the rules have acted, which are to see each byte at its place.
func (m *Modem) unstallAll() {
	m.timers.after(0, func() {
		for _, d := range slices.Clone(m.ch.streams) {
			d.unstall()
		}
	})
}

// unstall lets what was parked of a stream pass, as far as nothing holds it.
func (d *dataStream) unstall() {
	for _, w := range []*way{d.toHost, d.fromHost} {
		if d.over || d.held(w) {
			continue
		}
		parked := w.parked
		w.parked = nil
		if rest := d.flow(w, parked); w == d.fromHost && len(rest) > 0 {
			d.behindEnd(rest)
		}
		if d.over || len(w.parked) > 0 {
			continue
		}
		if w == d.fromHost && d.release != nil {
			d.release()
			d.release = nil
		}
		if then := w.then; then != nil {
			w.then = nil
			then()
		}
	}
}

// beginFaults starts what waited for the next stream.
func (d *dataStream) beginFaults() {
	d.armRules()
	d.tellHindrance()
	stalls := d.c.script.stalls
	d.c.script.stalls = nil
	for _, r := range stalls {
		d.stall(r)
		d.c.fire(r)
	}
	if slices.ContainsFunc(d.c.script.rules, d.marksStart) {
		d.noteData()
	}
	d.runCuts()
	d.runShort()
}

// marksStart reports whether a rule acts before the first byte of this stream.
func (d *dataStream) marksStart(r *rule) bool {
	for e := range r.Trigger.Event.Either() {
		if d.marks(e) && markIn(e, d.traits.Size) == 0 {
			return true
		}
	}
	return false
}

// tellHindrance keeps for the verdict why a percentage of this stream never comes.
func (d *dataStream) tellHindrance() {
	for _, r := range d.c.script.rules {
		if e := r.Trigger.Event; e != nil && d.marks(e) && e.Percent && d.traits.Size < 0 {
			r.hindrance = fmt.Sprintf("the %s of %s has no size that is known before (write ftp:data@N)", d.traits.Kind, d.traits.Name)
		}
	}
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
