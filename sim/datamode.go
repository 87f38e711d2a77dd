package sim

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
)

// errConnected ends a command line that entered data mode: CONNECT has been
// sent, and what ends data mode sends the next result.
var errConnected = errors.New("in data mode")

// inData reports whether bytes of the host are data.
func (m *Modem) inData() bool { return m.data != nil }

// Connect implements [commands.Engine]: CONNECT, 11 bytes whatever X says
// (FTP AT manual 1.6), and then the stream.
func (m engine) Connect(s commands.Stream) error {
	if slices.ContainsFunc(m.streams, func(d *dataStream) bool { return d.traits.Escape != commands.EscapePauses }) {
		return &commands.Reason{Result: commands.Failed, Why: "a transfer waits in online command mode; ATO goes on with it, ATH ends it"}
	}
	d := m.newDataStream(s)
	m.streams = append(m.streams, d)
	m.showCircuits()
	m.result(commands.Connect)
	m.play()
	if d.over { // it was lost in a pause of the answer
		m.showCircuits()
		return commands.NoCarrier
	}
	m.data = d
	m.skipLineFeed()
	d.start()
	return errConnected
}

// stream is the stream that O would go on with, or that is in data mode; nil:
// there is none.
func (m *Modem) stream() *dataStream {
	if len(m.streams) == 0 {
		return nil
	}
	return m.streams[len(m.streams)-1]
}

// skipLineFeed drops the LF of the CR LF that ended the line which enters data
// mode. One that comes after CONNECT is data.
func (m *Modem) skipLineFeed() {
	if len(m.pending) > 0 && m.pending[0] == m.state.Active.Char(4) {
		m.pending = m.pending[1:]
	}
}

// receiveData takes bytes of the host in data mode. The rest after an escape
// sequence is what the host sends next.
func (m *Modem) receiveData(p []byte) {
	d := m.data
	if d.ending {
		m.transcript.note("%d bytes lost, data mode is ending", len(p))
		return
	}
	data, rest, v := d.escape.feed(p, time.Now())
	d.take(data)
	m.afterEscape(d, v)
	m.pending = append(rest, m.pending...)
}

// afterEscape acts on what the escape detector found.
func (m *Modem) afterEscape(d *dataStream, v verdict) {
	if d.expire != nil {
		d.expire.stop()
		d.expire = nil
	}
	switch v {
	case holding:
		d.expire = m.timers.after(d.escape.wait(), func() {
			d.expire = nil
			if d != m.data || d.ending {
				return
			}
			data, v := d.escape.expire()
			d.take(data)
			m.afterEscape(d, v)
		})
	case escaped:
		m.transcript.note("escape sequence after %d bytes", d.count())
		m.note(Event{Kind: commands.EventEscape})
		if d == m.data && !d.ending {
			m.escapeData(d)
		}
	}
}

// escapeData does what the host's escape sequence does to a stream.
func (m *Modem) escapeData(d *dataStream) {
	switch {
	case d.gone:
		m.endData(d, commands.Failed)
	case d.traits.Escape == commands.EscapePauses:
		m.suspend()
		m.result(commands.OK)
		m.flushURCs()
	case d.traits.Escape == commands.EscapeFinishes:
		d.ending = true
		d.resume = func() {
			d.whole = true
			d.queue.close()
		}
		m.unstall(d)
		if d.resume != nil { // the bearer is dead, or something stalls the stream
			m.timers.after(m.state.Settings.FTPReply, func() { m.giveUp(d) })
		}
	default:
		d.ending = true
		m.beside(func() { m.abandon(d) })
	}
}

// abandon gives a stream up at the host's escape sequence. It runs beside the
// owner.
func (m *Modem) abandon(d *dataStream) {
	last, err := d.Abort(commands.Escaped)
	d.cancel() // not before: it would take an FTP control connection along
	m.post(func() {
		if !d.over {
			m.stopped(d, fmt.Sprintf("%s (server: %s)", commands.Escaped, lastWord(last, err)))
			m.endData(d, d.Result(commands.Escaped, nil))
		}
	})
}

// giveUp ends a stream that was to end in good order and whose last bytes did
// not pass in time.
func (m *Modem) giveUp(d *dataStream) {
	if d.over || d.resume == nil {
		return
	}
	m.settle(d, func() { d.abort(commands.Escaped) })
	m.cut(d, "no answer of the server")
	m.endData(d, commands.NoCarrier)
}

// take passes bytes of the host to the stream; one that takes none drops them.
func (d *dataStream) take(data []byte) {
	m := d.m
	if len(data) == 0 {
		return
	}
	if d.queue == nil || d.gone {
		m.transcript.note("%d bytes of the host dropped", len(data))
		return
	}

	if room := d.room(m.state.Settings.RxBuffer); len(data) > room {
		m.transcript.note("%d bytes lost, the receive buffer of %d bytes is full", len(data)-room, m.state.Settings.RxBuffer)
		data = data[:room]
	}
	d.level += float64(len(data))
	m.watchBuffer(d)
	d.flow(d.fromHost, data)
}

// ended deals with a stream whose far end has had its last word.
func (d *dataStream) ended(last string, err error) {
	m, finishes := d.m, d.traits.Escape == commands.EscapeFinishes
	switch {
	case d.over || d.gone:
	case d.ending && finishes:
		m.finished(d, commands.Escaped, last, err)
	case d.ending:
	case finishes: // before the host's escape sequence
		m.brokeOff(d, commands.Ended, last, err)
	case d.stalled > 0 || m.script.dead:
		d.resume = func() { d.ended(last, err) }
	case d.suspended:
		d.held = func() { d.ended(last, err) }
	default:
		m.finished(d, commands.Ended, last, err)
	}
}

// finished deals with a stream that ran to its end: the far end's last word
// decides whether it is complete.
func (m *Modem) finished(d *dataStream, why commands.Cause, last string, err error) {
	m.record(d, last, err)
	m.endData(d, d.Result(why, err))
}

// brokeOff leaves data mode because the far end is gone: at once, and what the
// host sends next is command input, or at the escape sequence.
func (m *Modem) brokeOff(d *dataStream, why commands.Cause, last string, err error) {
	m.cut(d, lastWord(last, err))
	if d.Stream.Traits().Swallow {
		d.gone = true
		d.closeQueue()
		m.tellOutcome()
		return
	}
	m.endData(d, d.Result(why, err))
}

// record tells what became of a stream.
func (m *Modem) record(d *dataStream, last string, err error) {
	if err != nil {
		m.cut(d, lastWord(last, err))
		return
	}
	note := fmt.Sprintf("%s complete: %s", d.traits.Kind, d.passed())
	if last != "" {
		note += ", server: " + last
	}
	m.transcript.note("%s", note)
	delete(m.script.delivered, d.traits.Name)
	m.keepOutcome(d, d.traits.Events.Done, d.count())
	m.keepOutcome(d, d.traits.Events.Stored, 0)
}

// keepOutcome keeps an event of a stream until it is over; "" is none.
func (m *Modem) keepOutcome(d *dataStream, kind commands.EventKind, n int64) {
	if kind != "" {
		m.outcome = append(m.outcome, Event{Kind: kind, Text: d.traits.Name, N: n})
	}
}

// tellOutcome tells what became of a stream, once it is over: the rules may
// end what it ran on.
func (m *Modem) tellOutcome() {
	events := m.outcome
	m.outcome = nil
	for _, e := range events {
		m.note(e)
	}
}

// cut records a stream that did not complete.
func (m *Modem) cut(d *dataStream, why string) {
	m.stopped(d, why)
	m.keepOutcome(d, d.traits.Events.Cut, d.count())
}

// stopped records a stream that the host has ended, or something else has.
func (m *Modem) stopped(d *dataStream, why string) {
	m.transcript.note("%s not complete: %s, ended by %s", d.traits.Kind, d.passed(), why)
	m.script.delivered[d.traits.Name] = d.traits.Offset + d.count()
}

// passed says how much has passed, for each way that the stream has.
func (d *dataStream) passed() string {
	one := func(w *way) string { return fmt.Sprintf("%d bytes, SHA-256 %s", w.count, w.record.sum()) }
	switch {
	case !d.traits.FromHost:
		return one(d.toHost)
	case !d.traits.ToHost:
		return one(d.fromHost)
	}
	return one(d.toHost) + " to the host; " + one(d.fromHost) + " from it"
}

// lastWord is the far end's last word, or the error that kept it away.
func lastWord(last string, err error) string {
	if err == nil || last != "" {
		return last
	}
	return err.Error()
}

// endData ends a stream with a result.
func (m *Modem) endData(d *dataStream, f commands.Final) {
	d.cancel()
	m.forgetStream(d)
	m.result(f)
	m.tellOutcome()
	m.flushURCs()
}

// forgetStream leaves a stream for good.
func (m *Modem) forgetStream(d *dataStream) {
	if d.release != nil {
		d.release()
	}
	d.over = true
	d.closeQueue()
	m.streams = slices.DeleteFunc(m.streams, func(other *dataStream) bool { return other == d })
	if m.data == d {
		m.data = nil
	}
	if m.writer != nil {
		m.writer.acceptData()
	}
	m.setFull(false)
	m.showCircuits()
	d.Left(d.settled)
}

// dropStreams ends all streams before their time.
func (m *Modem) dropStreams(why commands.Cause) {
	for len(m.streams) > 0 {
		m.dropStream(m.streams[len(m.streams)-1], why)
	}
}

// dropStream ends a stream before its time: by an abort, never in good order,
// since a server takes that for the end of the file.
func (m *Modem) dropStream(d *dataStream, why commands.Cause) {
	quiet := d.suspended || why == commands.Dropped || why == commands.Unreachable
	leaves := why == commands.HungUp || why == commands.Unreachable
	switch {
	case !d.started:
		m.settle(d, func() { d.Abort(why); d.cancel() })
	case d.ending && leaves && d.traits.Escape == commands.EscapeFinishes:
		m.settle(d, func() { m.endAlone(d) }) // all of it is on its way: only its result is lost
	default:
		if !d.gone { // else it was cut before
			m.cut(d, why.String())
		}
		m.settle(d, func() { d.abort(why) })
	}
	m.forgetStream(d)
	switch {
	case quiet:
	case why == commands.HungUp:
		m.result(commands.OK)
	default:
		m.result(commands.NoCarrier)
	}
	m.tellOutcome()
	m.flushURCs()
}

// settle ends a stream at its far end beside the modem, and lets the stream
// know when that is done.
func (m *Modem) settle(d *dataStream, end func()) {
	settled := make(chan struct{})
	d.settled = settled
	m.beside(func() {
		end()
		close(settled)
	})
}

// endAlone awaits the far end's answer to a stream whose host has left.
func (m *Modem) endAlone(d *dataStream) {
	last, err := d.Finish(m.life)
	d.cancel()
	m.post(func() {
		m.record(d, last, err)
		m.tellOutcome()
	})
}

// suspend enters online command mode: the stream waits for O or H (V.250
// 6.3.7, &D1).
func (m *Modem) suspend() {
	d := m.data
	if d.ending {
		return
	}
	d.take(d.escape.release(nil))
	d.suspended, m.data = true, nil
	if m.writer != nil {
		m.writer.acceptData()
	}
	m.transcript.note("online command mode")
}

// Resume implements [commands.Engine].
func (m engine) Resume() error {
	d := m.stream()
	if d == nil {
		return commands.NoCarrier
	}
	d.suspended, m.data = false, d
	m.skipLineFeed()
	m.result(commands.Connect)
	if held := d.held; held != nil {
		d.held = nil
		held()
	}
	return errConnected
}

// HangUp implements [commands.Engine].
func (m engine) HangUp() {
	m.endCall()
	m.dropStreams(commands.HungUp)
}
