package sim

import (
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// errConnected ends a command line that entered data mode: CONNECT has been
// sent, and what ends data mode sends the next result.
var errConnected = errors.New("in data mode")

// inData reports whether bytes of the host are data.
func (c *channel) inData() bool { return c.data != nil }

// Connect implements [commands.Engine]: CONNECT, 11 bytes whatever X says
// (FTP AT manual 1.6), and then the stream.
func (m engine) Connect(s commands.Stream) error {
	if !m.busy || m.besideLine {
		return errNoLine
	}
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
func (c *channel) stream() *dataStream {
	if len(c.streams) == 0 {
		return nil
	}
	return c.streams[len(c.streams)-1]
}

// flows are the flows that bytes pass in.
func (m *Modem) flows() []*flow {
	var flows []*flow
	for _, d := range m.ch.streams {
		flows = append(flows, d.flow)
	}
	for _, l := range m.ch.links {
		flows = append(flows, l.flow)
	}
	return flows
}

// flowOf is the flow of a socket; of 0 the one whose bytes have passed just now, or that
// of data mode, or the latest. Nil: there is none.
func (m *Modem) flowOf(socket int) *flow {
	flows := m.flows()
	flows = slices.DeleteFunc(flows, func(f *flow) bool { return !f.isOf(socket) })
	switch d := m.ch.stream(); {
	case len(flows) == 0:
		return nil
	case m.ch.passing != nil && m.ch.passing.isOf(socket):
		return m.ch.passing
	case d != nil && d.isOf(socket):
		return d.flow
	}
	return flows[len(flows)-1]
}

// skipLineFeed drops the LF of the CR LF that ended the line which enters data
// mode. One that comes after CONNECT is data.
func (c *channel) skipLineFeed() {
	if len(c.pending) > 0 && c.pending[0] == c.params.Char(4) {
		c.pending = c.pending[1:]
	}
}

// receiveData takes bytes of the host in data mode. The rest after an escape
// sequence is what the host sends next.
func (c *channel) receiveData(p []byte) {
	d := c.data
	if d.ending {
		c.transcript.note("%d bytes lost, data mode is ending", len(p))
		return
	}
	data, rest, v := d.escape.feed(p, time.Now())
	c.pending = append(rest, c.pending...)
	d.take(data)
	d.afterEscape(v)
}

// afterEscape acts on what the escape detector found.
func (d *dataStream) afterEscape(v verdict) {
	if d.expire != nil {
		d.expire.stop()
		d.expire = nil
	}
	switch {
	case d.over: // what was held is command input
	case v == holding:
		d.expire = d.c.timers.after(d.escape.wait(), func() {
			d.expire = nil
			if d != d.c.data || d.ending {
				return
			}
			data, v := d.escape.expire()
			d.take(data)
			d.afterEscape(v)
		})
	case v == escaped:
		d.escape.forget()
		d.c.transcript.note("escape sequence after %d bytes", d.count())
		d.c.note(Event{Kind: scenarios.EventEscape})
		if d == d.c.data && !d.ending {
			d.escapeData()
		}
	}
}

// escapeData does what the host's escape sequence does to a stream.
func (d *dataStream) escapeData() {
	switch {
	case d.gone:
		d.end(commands.Escaped, commands.Failed)
	case d.traits.Escape == commands.EscapePauses:
		d.c.suspend()
		d.c.result(commands.OK)
		d.c.flushURCs()
	case d.traits.Escape == commands.EscapeFinishes:
		d.ending = true
		d.afterwards(d.fromHost, func() {
			d.whole = true
			d.queue.close()
		})
		if !d.whole { // the bearer is dead, or something stalls the stream
			d.c.timers.after(d.Stream.Traits().Patience, d.giveUp)
		}
	default:
		d.ending = true
		d.c.beside(d.abandon)
	}
}

// abandon gives a stream up at the host's escape sequence. It runs beside the
// owner.
func (d *dataStream) abandon() {
	last, err := d.Abort(commands.Escaped)
	d.cancel() // not before: it would take an FTP control connection along
	d.c.post(func() {
		if !d.over {
			d.stopped(fmt.Sprintf("%s (server: %s)", commands.Escaped, lastWord(last, err)))
			d.end(commands.Escaped, d.Result(commands.Escaped, nil))
		}
	})
}

// giveUp ends a stream that was to end in good order and whose last bytes did
// not pass in time.
func (d *dataStream) giveUp() {
	if d.over || d.whole {
		return
	}
	d.settle(func() { d.abort(commands.Escaped) })
	d.cut("no answer of the server")
	d.end(commands.Escaped, commands.NoCarrier)
}

// take passes bytes of the host to the stream; one that takes none drops them.
func (d *dataStream) take(data []byte) {
	c := d.c
	if len(data) == 0 {
		return
	}
	if d.queue == nil || d.gone {
		d.behindEnd(data)
		return
	}
	if room := d.room(c.state.Settings.RxBuffer); len(data) > room {
		c.transcript.note("%d bytes lost, the receive buffer of %d bytes is full", len(data)-room, c.state.Settings.RxBuffer)
		data = data[:room]
	}
	d.level += float64(len(data))
	d.watchBuffer()
	if rest := d.carry(d.fromHost, data); d.over || len(rest) > 0 {
		d.behindEnd(rest)
	}
}

// behindEnd implements [hostSide]. Bytes of the host behind the byte at which the
// stream has ended, and escape characters that are held, are dropped or command
// input, whichever they would be in a read of their own.
func (d *dataStream) behindEnd(rest []byte) {
	if !d.over {
		d.c.transcript.note("%d bytes of the host dropped", len(rest))
		return
	}
	rest = d.escape.release(slices.Clone(rest))
	d.c.pending = append(rest, d.c.pending...)
}

// ended implements [hostSide].
func (d *dataStream) ended(last string, err error) {
	finishes := d.traits.Escape == commands.EscapeFinishes
	switch {
	case d.over || d.gone:
	case d.ending && finishes:
		d.finished(commands.Escaped, last, err)
	case d.ending:
	case finishes: // before the host's escape sequence
		d.brokeOff(commands.Ended, last, err)
	default:
		d.afterwards(d.toHost, func() { d.finished(commands.Ended, last, err) })
	}
}

// finished deals with a stream that ran to its end: the far end's last word
// decides whether it is complete.
func (d *dataStream) finished(why commands.Cause, last string, err error) {
	if d.says != "" && err == nil {
		last = d.says
	}
	d.record(last, err)
	d.end(why, d.Result(why, err))
}

// brokeOff leaves data mode because the far end is gone: at once, and what the
// host sends next is command input, or at the escape sequence.
func (d *dataStream) brokeOff(why commands.Cause, last string, err error) {
	d.cut(lastWord(last, err))
	if d.Stream.Traits().Swallow {
		d.gone = true
		d.closeQueue()
		d.c.tellOutcome()
		return
	}
	d.end(why, d.Result(why, err))
}

// cutOff implements [hostSide]: an FTP session stays.
func (d *dataStream) cutOff() { d.brokeOff(commands.Cut, "", errCut) }

// record notes how a stream ended.
func (d *dataStream) record(last string, err error) {
	if err != nil {
		d.cut(lastWord(last, err))
		return
	}
	note := fmt.Sprintf("%s complete: %s", d.traits.Kind, d.passed())
	if last != "" {
		note += ", server: " + last
	}
	d.c.transcript.note("%s", note)
	delete(d.c.script.delivered, d.traits.Name)
	d.keepOutcome(d.traits.Events.Done, d.count())
	d.keepStored()
}

// keepOutcome keeps an event of a stream until it is over; "" is none.
func (d *dataStream) keepOutcome(kind scenarios.EventKind, n int64) {
	if kind != "" {
		d.c.outcome = append(d.c.outcome, Event{Kind: kind, Text: d.traits.Name, N: n})
	}
}

// tellOutcome reports the events kept for a stream that is over. They come last,
// since rules may end what the stream ran on.
func (c *channel) tellOutcome() {
	events := c.outcome
	c.outcome = nil
	for _, e := range events {
		c.note(e)
	}
}

// cut records a stream that did not complete.
func (d *dataStream) cut(why string) {
	d.stopped(why)
	d.keepOutcome(d.traits.Events.Cut, d.count())
}

// stopped records a stream that the host has ended, or something else has.
func (d *dataStream) stopped(why string) {
	d.c.transcript.note("%s not complete: %s, ended by %s", d.traits.Kind, d.passed(), why)
	d.c.script.delivered[d.traits.Name] = d.traits.Offset + d.count()
}

// lastWord is the far end's last word, and the error that kept it away or that the word does not
// tell of: a server says 226 whatever became of the bytes on this side, and refuses what this side
// has broken off.
func lastWord(last string, err error) string {
	switch {
	case err == nil:
		return last
	case last == "":
		return err.Error()
	}
	if own := besideRefusal(err); own != nil {
		return fmt.Sprintf("%s (%v)", last, own)
	}
	return last
}

// besideRefusal leaves out of an error what a far end that refuses has caused: its refusal, and the
// end of its connection. Nothing is left out if it does not refuse.
func besideRefusal(err error) error {
	if !errors.As(err, new(*textproto.Error)) {
		return err
	}
	joined, is := err.(interface{ Unwrap() []error })
	if !is {
		return nil
	}
	for _, part := range joined.Unwrap() {
		caused := slices.ContainsFunc([]error{io.EOF, syscall.EPIPE, syscall.ECONNRESET}, func(end error) bool { return errors.Is(part, end) })
		if !caused && !errors.As(part, new(*textproto.Error)) {
			return part
		}
	}
	return nil
}

// end ends a stream with a result. In online command mode the host is told when
// no command runs.
func (d *dataStream) end(why commands.Cause, f commands.Final) {
	d.cancel()
	d.forget()
	d.Left(why, d.settled)
	if d.paused {
		d.c.urc(f.String())
	} else {
		d.c.result(f)
	}
	d.c.tellOutcome()
	d.c.flushURCs()
}

// forget leaves a stream for good.
func (d *dataStream) forget() {
	if d.release != nil {
		d.release()
	}
	d.over = true
	d.tellMissed()
	d.closeQueue()
	d.c.streams = slices.DeleteFunc(d.c.streams, func(other *dataStream) bool { return other == d })
	if d.c.data == d {
		d.c.data = nil
	}
	if d.c.writer != nil {
		d.c.writer.acceptData()
	}
	d.c.setFull(false)
	d.c.showCircuits()
}

// dropStreams ends all streams before their time.
func (c *channel) dropStreams(why commands.Cause) {
	for len(c.streams) > 0 {
		c.stream().drop(why)
	}
}

// drop ends a stream before its time: by an abort, never in good order,
// since a server takes that for the end of the file.
func (d *dataStream) drop(why commands.Cause) {
	quiet := d.paused || why == commands.Dropped || why == commands.Unreachable
	leaves := why == commands.HungUp || why == commands.Unreachable
	switch {
	case !d.started:
		d.settle(func() { d.Abort(why); d.cancel() })
	case d.ending && leaves && d.traits.Escape == commands.EscapeFinishes:
		d.settle(func() { d.endAlone() }) // all of it is on its way: only its result is lost
	default:
		if !d.gone { // else it was cut before
			d.cut(why.String())
		}
		d.settle(func() { d.abort(why) })
	}
	d.forget()
	d.Left(why, d.settled)
	switch {
	case quiet:
	case why == commands.HungUp:
		d.c.result(commands.OK)
	default:
		d.c.result(commands.NoCarrier)
	}
	d.c.tellOutcome()
	d.c.flushURCs()
}

// endAlone awaits the far end's answer to a stream whose host has left.
func (d *dataStream) endAlone() {
	last, err := d.Finish(d.c.life)
	d.cancel()
	d.c.post(func() {
		d.record(last, err)
		d.c.tellOutcome()
	})
}

// suspend enters online command mode: the stream waits for O or H (V.250
// 6.3.7, &D1).
func (c *channel) suspend() {
	d := c.data
	if d.ending {
		return
	}
	d.take(d.escape.release(nil))
	d.paused, c.data = true, nil
	if c.writer != nil {
		c.writer.acceptData()
	}
	c.transcript.note("online command mode")
}

// Resume implements [commands.Engine].
func (m engine) Resume() error {
	d := m.stream()
	if d == nil {
		return commands.NoCarrier
	}
	d.paused, m.data = false, d
	m.skipLineFeed()
	m.result(commands.Connect)
	d.unstall()
	return errConnected
}

// HangUp implements [commands.Engine].
func (m engine) HangUp() {
	m.endCalls()
	m.dropStreams(commands.HungUp)
}
