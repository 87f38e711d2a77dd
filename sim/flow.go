package sim

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// A cutting is a rule that cuts the data connection after some bytes more.
type cutting struct {
	*rule
	left int64
}

// A damaging is a standing fault on the bytes of the data stream.
type damaging struct {
	*rule
	*faults.Damage
	told bool // that it has begun
}

// flow lets a chunk of a stream pass: up to the next byte at which a rule acts,
// then from there, as long as the stream goes on and nothing stalls it.
func (d *dataStream) flow(w *way, chunk []byte) {
	for len(chunk) > 0 {
		if d.stalled > 0 || d.m.script.dead {
			w.parked = append(w.parked, chunk...)
			return
		}
		n := min(int64(len(chunk)), d.toNextMark())
		d.piece(w, chunk[:n])
		chunk = chunk[n:]
		if d.over || d.ending {
			return
		}
	}
}

// piece lets bytes pass, damaged as the standing faults say, and what acts at
// their end act.
func (d *dataStream) piece(w *way, chunk []byte) {
	m, sent := d.m, chunk
	for _, damage := range m.script.damages {
		sent = damage.Data(sent)
		if damage.Hit() && !damage.told {
			damage.told = true
			m.fire(damage.rule)
		}
	}
	w.record.add(sent)
	w.pass(sent)
	w.count += int64(len(chunk))
	if kind := d.traits.Events.Data; kind != "" {
		m.note(Event{Kind: kind, Text: d.traits.Name, N: d.count()})
	}
	for _, c := range m.script.cuts {
		c.left -= int64(len(chunk))
	}
	m.runCuts(d)
}

// runCuts cuts the data connection when the bytes of a cut have passed.
func (m *Modem) runCuts(d *dataStream) {
	for i, c := range m.script.cuts {
		if c.left <= 0 && !d.over && !d.ending {
			m.script.cuts = append(m.script.cuts[:i:i], m.script.cuts[i+1:]...)
			m.fire(c.rule)
			m.loseData(d)
			return
		}
	}
}

// toNextMark is the number of bytes up to the next one at which a rule acts.
func (d *dataStream) toNextMark() int64 {
	next := int64(chunkSize)
	for _, c := range d.m.script.cuts {
		next = min(next, max(1, c.left))
	}
	for _, e := range d.m.awaited() {
		if e == nil || e.Kind != string(d.traits.Events.Data) || e.N < 0 {
			continue
		}
		if mark := d.m.dataMark(e); mark > d.count() {
			next = min(next, mark-d.count())
		}
	}
	return next
}

// awaited are the events that rules, expectations and callers wait for.
func (m *Modem) awaited() []*scenarios.Event {
	var events []*scenarios.Event
	for _, r := range m.script.rules {
		events = append(events, r.Trigger.Event)
	}
	for _, x := range m.script.expects {
		events = append(events, x.Action.Event)
	}
	for _, x := range m.script.forbids {
		events = append(events, x.Action.Event)
	}
	for _, w := range m.waiters {
		events = append(events, w.event)
	}
	return events
}

// dataMark is the byte of the transfer that ftp:data@N means; -1: none, since
// the size of the file is not known.
func (m *Modem) dataMark(e *scenarios.Event) int64 {
	switch {
	case !e.Percent:
		return e.N
	case m.stream() == nil || m.stream().traits.Size < 0:
		return -1
	}
	return (m.stream().traits.Size*e.N + 99) / 100
}

// actCut loses the data connection, at once or after N bytes more of this
// transfer or the next.
func actCut(m *Modem, r *rule) bool {
	c := &cutting{rule: r, left: r.Action.N}
	m.script.cuts = append(m.script.cuts, c)
	if d := m.stream(); d != nil && r.Action.N == 0 {
		m.runCuts(d)
	}
	return false
}

// loseData ends a stream as the loss of its data connection does: an FTP
// session stays.
func (m *Modem) loseData(d *dataStream) {
	m.settle(d, func() { d.abort(commands.Cut) })
	m.brokeOff(d, commands.Cut, "", errCut)
}

var errCut = errors.New(commands.Cut.String())

// actStall lets no data pass for a time, in this transfer or from the start of
// the next.
func actStall(m *Modem, r *rule) bool {
	d := m.stream()
	if d == nil {
		m.script.stalls = append(m.script.stalls, r)
		return false
	}
	m.stall(d, r)
	return true
}

func (m *Modem) stall(d *dataStream, r *rule) {
	d.stalled++
	m.afterModem(r, r.Action.D, func() {
		d.stalled--
		m.unstall(d)
	})
}

// unstallAll lets what was parked pass, where nothing stalls it any more.
func (m *Modem) unstallAll() {
	for _, d := range slices.Clone(m.streams) {
		m.unstall(d)
	}
}

// unstall lets what was parked of a stream pass, when nothing stalls it any more.
func (m *Modem) unstall(d *dataStream) {
	if d.over || d.stalled > 0 || m.script.dead {
		return
	}
	for _, w := range []*way{d.toHost, d.fromHost} {
		parked := w.parked
		w.parked = nil
		d.flow(w, parked)
		if d.over || len(w.parked) > 0 {
			return
		}
	}
	resume, release := d.resume, d.release
	d.resume, d.release = nil, nil
	if release != nil {
		release()
	}
	if resume != nil {
		resume()
	}
}

// beginFaults starts what waited for the next stream.
func (m *Modem) beginFaults(d *dataStream) {
	stalls := m.script.stalls
	m.script.stalls = nil
	for _, r := range stalls {
		m.stall(d, r)
		m.fire(r)
	}
	m.runCuts(d)
}

// actSlow lets data pass at a rate in bytes per second, from now on.
func actSlow(m *Modem, r *rule) bool {
	m.script.rate = r.Action.N
	if r.Action.Off {
		m.script.rate = 0
	}
	for _, d := range m.streams {
		d.perByte.Store(int64(m.byteTime()))
	}
	return true
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

// actDamage makes a standing fault of one kind on the bytes of the stream.
func actDamage(kind faults.DamageKind) func(*Modem, *rule) bool {
	return func(m *Modem, r *rule) bool {
		kept := m.script.damages[:0]
		for _, d := range m.script.damages {
			if d.Kind != kind {
				kept = append(kept, d)
			}
		}
		m.script.damages = kept
		if r.Action.Off {
			return true
		}
		m.script.damages = append(m.script.damages, &damaging{rule: r, Damage: faults.NewDamage(kind, r.Action.N, r.chance)})
		return false // it fires with its first hit
	}
}

// actFTP acts on the server: unasked, or on the next of its commands.
func actFTP(m *Modem, r *rule) bool {
	if r.Action.Word != "421" {
		m.script.wire = append(m.script.wire, r)
		return false
	}
	if !m.state.FTP.Open() {
		return false
	}
	m.transcript.note("ftp < 421 %s", r.Action.Text)
	m.dropFTP(commands.Unwired)
	m.endFTP()
	return true
}

// intervene is what the rules do to an FTP command, and how long they wait
// before it.
func (m *Modem) intervene(verb string) (i backend.Intervention, wait time.Duration) {
	if m.script.dead {
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	}
	for n, r := range m.script.wire {
		if r.Action.Word != verb {
			continue
		}
		m.script.wire = append(m.script.wire[:n:n], m.script.wire[n+1:]...)
		m.fire(r)
		return m.interventionOf(r.Action)
	}
	if verb == "DATA" && m.script.unroutable {
		m.script.unroutable = false
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	}
	return backend.Intervention{}, 0
}

// interventionOf is what one rule does to its FTP command.
func (m *Modem) interventionOf(a scenarios.Action) (i backend.Intervention, wait time.Duration) {
	reply := backend.Reply{Code: int(a.N), Lines: []string{fmt.Sprintf("%d %s", a.N, a.Text)}}
	switch {
	case a.Text == "refuse" && a.N == 0:
		return backend.Intervention{Err: fmt.Errorf("connecting: %w", syscall.ECONNREFUSED)}, 0
	case a.Text == "timeout" && a.N == 0:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPConnect
	case a.None && a.End:
		return backend.Intervention{Swallow: true}, 0
	case a.None:
		return backend.Intervention{Err: backend.ErrTimeout}, m.state.Settings.FTPReply
	case a.End:
		return backend.Intervention{Rewrite: func(r backend.Reply) backend.Reply {
			if r.Code/100 == 1 {
				return r
			}
			return reply
		}}, 0
	}
	// The port of an invented 227 is nobody's: dialling it must fail.
	m.script.unroutable = a.Word == "PASV" && a.N == 227
	return backend.Intervention{Answer: &reply}, 0
}

// waitFor waits on behalf of a fault, beside the owner.
func waitFor(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// sameFile reports whether a scenario's name is that of a file on the server.
func sameFile(want, name string) bool {
	return strings.TrimPrefix(path.Clean("/"+want), "/") == strings.TrimPrefix(path.Clean("/"+name), "/")
}

// restarted tells how a transfer that is ready goes on where one was cut.
func (m *Modem) restarted(e Event) {
	delivered, cut := m.script.delivered[e.Text]
	switch {
	case !cut:
	case e.N == 0:
		m.note(Event{Kind: commands.EventFTPRestart, Text: e.Text})
	case e.N <= delivered:
		m.note(Event{Kind: commands.EventFTPResume, Text: e.Text, N: e.N})
	default:
		m.note(Event{Kind: commands.EventFTPGap, Text: e.Text, N: e.N})
	}
}
