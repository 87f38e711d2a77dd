package sim

import (
	"context"
	"errors"
	"io"
	"math"
	"sync/atomic"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/transcript"
)

// chunkSize is how much of a stream is under way from its far end to the port
// at once, in bytes.
const chunkSize = 16 << 10

// A dataStream is a stream that data mode carries, with what the modem keeps
// of it: its pace, its escape sequence, its records. The owner forgets it when
// it is over; what its goroutines post afterwards is dropped.
type dataStream struct {
	commands.Stream
	traits commands.Traits // as they were when data mode was entered
	c      *channel
	ctx    context.Context // of its goroutines
	cancel context.CancelFunc

	toHost, fromHost *way
	escape           escape
	expire           *timer // decides about escape characters held back

	started   bool   // data mode has been entered
	suspended bool   // online command mode: the stream waits for O or H
	ending    bool   // the escape sequence has come, the far end's last word is awaited
	gone      bool   // the far end is gone: input is dropped until the escape sequence
	shortened bool   // the server has had its part, though the data may go on
	over      bool   // the modem has forgotten it
	says      string // the server's last word instead of its own; "": its own
	settled   chan struct{}

	perByte atomic.Int64 // nanoseconds that a byte takes over the air, at least
	level   float64      // bytes from the host that the receive buffer holds
	levelAt time.Time    // when it did

	more    chan struct{} // what was read has been taken
	stalled int           // stalls at work
	stalls  []*timer      // that end them
	release func()        // lets the port be read on when no stall holds bytes of the host

	kept    *content      // what the server keeps of an upload; nil: all of it
	queue   *byteQueue    // of bytes from the host; nil: it takes none
	emptied chan struct{} // closed when what was in the queue has been written
	whole   bool          // set before the queue is closed: the host has sent everything
}

// A way is one direction of a stream.
type way struct {
	record *transcript.Stream
	count  int64        // bytes that have passed
	pass   func([]byte) // takes them
	parked []byte       // bytes that cannot pass for now
	then   func()       // is done once they have passed; nil: nothing
}

func (c *channel) newDataStream(s commands.Stream) *dataStream {
	d := &dataStream{
		Stream: s, traits: s.Traits(), c: c, suspended: true,
		escape: escape{char: c.params.Char(2), guard: c.state.Settings.EscapeGuard, last: time.Now()},
		more:   make(chan struct{}, 1),
	}
	d.ctx, d.cancel = context.WithCancel(c.life)
	d.perByte.Store(int64(c.byteTime()))
	d.toHost = &way{record: c.transcript.Stream(transcript.ToHost), pass: c.toHost}
	d.fromHost = &way{record: c.transcript.Stream(transcript.FromHost)}
	if d.traits.FromHost {
		d.queue, d.emptied = newByteQueue(highWater), make(chan struct{})
		d.fromHost.pass = d.queue.push
	}
	return d
}

// start lets the stream run.
func (d *dataStream) start() {
	d.started, d.suspended = true, false
	d.beginFaults()
	d.c.beside(d.read)
	if d.queue != nil {
		d.c.beside(d.write)
	}
}

// count is the number of bytes that have passed.
func (d *dataStream) count() int64 { return d.toHost.count + d.fromHost.count }

// read brings what the far end sends to the host beside the owner, a chunk at
// a time: the next is read when the host's queue has room. Its end alone says
// nothing: the far end's last word does.
func (d *dataStream) read() {
	buf := make([]byte, chunkSize)
	for {
		n, err := d.Read(d.chunk(buf))
		if !d.bring(buf[:n]) {
			return
		}
		if err != nil {
			last, err := d.conclude(err)
			d.c.post(func() { d.ended(last, err) })
			return
		}
	}
}

// bring hands bytes to the owner at the pace of the air. It reports whether the
// stream goes on.
func (d *dataStream) bring(p []byte) bool {
	for len(p) > 0 {
		chunk := d.chunk(p)
		d.c.post(func() { d.received(chunk) })
		select {
		case <-d.more:
		case <-d.ctx.Done():
			return false
		}
		d.pace(len(chunk))
		p = p[len(chunk):]
	}
	return d.ctx.Err() == nil
}

// conclude asks for the far end's last word after Read has ended with err.
func (d *dataStream) conclude(err error) (string, error) {
	if errors.Is(err, io.EOF) {
		return d.Finish(d.ctx)
	}
	last, _ := d.Abort(commands.Ended)
	return last, err
}

// received takes a chunk of what the far end sends. The buffer belongs to the
// reading goroutine, which fills it anew once askMore has asked.
func (d *dataStream) received(chunk []byte) {
	switch {
	case d.over || d.ending && d.traits.Escape == commands.EscapeAborts:
		return
	case d.ending: // the host has left data mode, the far end's last word is awaited
		d.askMore()
		return
	}
	d.flow(d.toHost, chunk)
	d.afterwards(d.toHost, d.askMore)
}

// afterwards does something on one way once all bytes before it have passed, and
// nothing holds what follows.
func (d *dataStream) afterwards(w *way, f func()) {
	if len(w.parked) > 0 || d.held(w) {
		w.then = f
	} else {
		f()
	}
}

// askMore lets the next chunk be read when the host's queue has room.
func (d *dataStream) askMore() {
	ask := func() { d.more <- struct{}{} }
	if d.c.writer == nil { // &D0 or &D1: when nobody listens, the stream goes on
		ask()
		return
	}
	d.c.writer.queue.whenRoom(ask)
}

// write brings what the host sends to the far end beside the owner, until the
// queue is closed: once the host has sent everything the stream ends in good
// order, else whoever closed the queue aborts it.
func (d *dataStream) write() {
	buf := make([]byte, chunkSize)
	defer close(d.emptied)
	for {
		n := d.queue.take(d.chunk(buf))
		switch {
		case n == 0 && !d.whole:
			return
		case n == 0:
			d.Finish(d.ctx) // read has the last word too
			return
		}
		for p := buf[:n]; len(p) > 0; {
			chunk := d.chunk(p)
			if _, err := d.Write(chunk); err != nil {
				return // read sees it
			}
			d.pace(len(chunk))
			p = p[len(chunk):]
		}
	}
}

// closeQueue takes no more from the host; what it has sent is still written.
func (d *dataStream) closeQueue() {
	if d.queue != nil {
		d.queue.close()
	}
}

// lastWords is how long the bytes in front of a cut have to reach the far end.
const lastWords = 200 * time.Millisecond

// abort ends the stream at its far end, behind the bytes that passed before:
// what a server has of a file that was cut must not depend on who was faster.
func (d *dataStream) abort(why commands.Cause) {
	if d.queue != nil {
		select {
		case <-d.emptied:
		case <-time.After(lastWords):
		}
	}
	d.Abort(why)
	d.cancel() // not before: it would take an FTP control connection along
}

// pace waits as long as n bytes take over the air.
func (d *dataStream) pace(n int) {
	perByte := time.Duration(d.perByte.Load())
	if perByte == 0 {
		return
	}
	select {
	case <-time.After(time.Duration(n) * perByte):
	case <-d.ctx.Done():
	}
}

// chunk is how much of a buffer goes over the air at once: what makes a tenth
// of a second where there is a pace.
func (d *dataStream) chunk(buf []byte) []byte {
	perByte := time.Duration(d.perByte.Load())
	if perByte == 0 {
		return buf
	}
	return buf[:max(1, min(len(buf), int(100*time.Millisecond/perByte)))]
}

// room is how many bytes a receive buffer of size bytes takes. It empties as
// fast as data goes over the air: at once where nothing slows it.
func (d *dataStream) room(size int) int {
	perByte := float64(d.perByte.Load())
	if size == 0 || perByte == 0 {
		return math.MaxInt
	}
	d.drain()
	return max(0, size-int(d.level))
}

// drain empties the receive buffer of what went over the air since the last
// look; there is a pace.
func (d *dataStream) drain() {
	now := time.Now()
	d.level = max(0, d.level-float64(now.Sub(d.levelAt))/float64(d.perByte.Load()))
	d.levelAt = now
}

// readOn calls release when more of the host may be read: for a stream that
// takes it, when its far end keeps up.
func (d *dataStream) readOn(release func()) {
	switch {
	case d.queue == nil:
		release()
	case len(d.fromHost.parked) > highWater:
		d.release = release
	default:
		d.queue.whenRoom(release)
	}
}
