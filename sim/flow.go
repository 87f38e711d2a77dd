package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/transcript"
)

// chunkSize is how much of a stream is under way from its far end to the port
// at once, in bytes.
const chunkSize = 16 << 10

// A flow is the bytes of a stream on their way between the host and its far end:
// their pace, the faults that act on them, their records. How the host gives and
// takes them is a matter of its side. The owner forgets a flow when it is over; what
// its goroutines post afterwards is dropped.
type flow struct {
	commands.Stream
	traits commands.Traits // as they were when it began
	c      *channel
	host   hostSide
	ctx    context.Context // of its goroutines
	cancel context.CancelFunc

	toHost, fromHost *way

	started bool // it runs
	paused  bool // nothing passes to the host
	ending  bool // the host has ended it, the far end's last word is awaited
	gone    bool // the far end is gone, the host does not know
	over    bool // the modem has forgotten it

	perByte atomic.Int64  // nanoseconds that a byte takes over the air, at least
	more    chan struct{} // what was read has been taken
	stalled int           // stalls at work
	stalls  []*timer      // that end them
	release func()        // lets the port be read on when no stall holds bytes of the host

	queue   *byteQueue    // of bytes from the host; nil: it takes none
	emptied chan struct{} // closed when what was in the queue has been written
	whole   bool          // set before the queue is closed: the host has sent everything
	settled chan struct{} // closed when the far end has been told of an end; nil: it need not be
}

// A hostSide is where the bytes of a flow go and come from: data mode, or a socket
// that has commands for it. Its methods are called by the owner.
type hostSide interface {
	// whenRoom calls more, at once or later and from any goroutine, when the host's side takes
	// more from the far end.
	whenRoom(more func())
	// advanced is called after bytes have passed.
	advanced()
	// limit is how many bytes may pass before advanced is called.
	limit() int64
	// ended is called when the far end has had its last word.
	ended(last string, err error)
	// cutOff is called when a rule has cut the connection.
	cutOff()
	// behindEnd takes bytes of the host behind the byte at which the flow has ended.
	behindEnd(rest []byte)
}

// A way is one direction of a stream.
type way struct {
	record *transcript.Stream
	count  int64        // bytes that have passed
	pass   func([]byte) // takes them
	parked [][]byte     // what cannot pass for now, in its order
	then   func()       // is done once they have passed; nil: nothing
}

// waiting is how many bytes cannot pass for now.
func (w *way) waiting() int {
	n := 0
	for _, chunk := range w.parked {
		n += len(chunk)
	}
	return n
}

// newFlow returns the flow of a stream that has not started. What goes to the host
// is given to toHost.
func (c *channel) newFlow(s commands.Stream, host hostSide, toHost func([]byte)) *flow {
	f := &flow{Stream: s, traits: s.Traits(), c: c, host: host, paused: true, more: make(chan struct{}, 1)}
	f.ctx, f.cancel = context.WithCancel(c.life)
	f.perByte.Store(int64(c.byteTime()))
	f.toHost = &way{record: c.transcript.Stream(transcript.ToHost), pass: toHost}
	f.fromHost = &way{record: c.transcript.Stream(transcript.FromHost)}
	if f.traits.FromHost {
		f.queue, f.emptied = newByteQueue(highWater), make(chan struct{})
		f.fromHost.pass = f.queue.push
		if f.traits.Datagrams {
			f.fromHost.pass = f.queue.pushWhole
		}
	}
	return f
}

// start lets the stream run.
func (f *flow) start() {
	f.started, f.paused = true, false
	f.beginFaults()
	f.c.beside(f.read)
	if f.queue != nil {
		f.c.beside(f.write)
	}
}

// count is the number of bytes that have passed.
func (f *flow) count() int64 { return f.toHost.count + f.fromHost.count }

// read brings what the far end sends to the host beside the owner, a chunk at
// a time: the next is read when the host's queue has room. Its end alone says
// nothing: the far end's last word does.
func (f *flow) read() {
	buf := make([]byte, chunkSize)
	for {
		n, err := f.Read(f.chunk(buf))
		if !f.bring(buf[:n]) {
			return
		}
		if err != nil {
			last, err := f.conclude(err)
			f.c.post(func() { f.host.ended(last, err) })
			return
		}
	}
}

// bring hands bytes to the owner at the pace of the air. It reports whether the
// stream goes on.
func (f *flow) bring(p []byte) bool {
	for len(p) > 0 {
		chunk := f.chunk(p)
		f.c.post(func() { f.received(chunk) })
		select {
		case <-f.more:
		case <-f.ctx.Done():
			return false
		}
		f.pace(len(chunk))
		p = p[len(chunk):]
	}
	return f.ctx.Err() == nil
}

// conclude asks for the far end's last word after Read has ended with err.
func (f *flow) conclude(err error) (string, error) {
	if errors.Is(err, io.EOF) {
		return f.Finish(f.ctx)
	}
	last, _ := f.Abort(commands.Ended)
	return last, err
}

// received takes a chunk of what the far end sends. The buffer belongs to the
// reading goroutine, which fills it anew once askMore has asked.
func (f *flow) received(chunk []byte) {
	switch {
	case f.over || f.ending && f.traits.Escape == commands.EscapeAborts:
		return
	case f.ending: // the host has left data mode, the far end's last word is awaited
		f.askMore()
		return
	}
	f.carry(f.toHost, chunk)
	f.afterwards(f.toHost, f.askMore)
}

// afterwards does something on one way once all bytes before it have passed, and
// nothing holds what follows.
func (f *flow) afterwards(w *way, do func()) {
	if len(w.parked) > 0 || f.held(w) {
		w.then = do
	} else {
		do()
	}
}

// write brings what the host sends to the far end beside the owner, until the
// queue is closed: once the host has sent everything the stream ends in good
// order, else whoever closed the queue aborts it.
func (f *flow) write() {
	buf := make([]byte, chunkSize)
	defer close(f.emptied)
	for {
		n := f.queue.take(f.chunk(buf))
		switch {
		case n == 0 && !f.whole:
			return
		case n == 0:
			f.Finish(f.ctx) // read has the last word too
			return
		}
		for p := buf[:n]; len(p) > 0; {
			chunk := f.chunk(p)
			if _, err := f.Write(chunk); err != nil {
				return // read sees it
			}
			f.pace(len(chunk))
			p = p[len(chunk):]
		}
	}
}

// closeQueue takes no more from the host; what it has sent is still written.
func (f *flow) closeQueue() {
	if f.queue != nil {
		f.queue.close()
	}
}

// pace waits as long as n bytes take over the air.
func (f *flow) pace(n int) {
	perByte := time.Duration(f.perByte.Load())
	if perByte == 0 {
		return
	}
	select {
	case <-time.After(time.Duration(n) * perByte):
	case <-f.ctx.Done():
	}
}

// chunk is how much of a buffer goes over the air at once: what makes a tenth
// of a second where there is a pace.
func (f *flow) chunk(buf []byte) []byte {
	perByte := time.Duration(f.perByte.Load())
	if perByte == 0 || f.traits.Datagrams {
		return buf
	}
	return buf[:max(1, min(len(buf), int(100*time.Millisecond/perByte)))]
}

// readOn calls release when more of the host may be read: for a stream that
// takes it, when its far end keeps up.
func (f *flow) readOn(release func()) {
	switch {
	case f.queue == nil:
		release()
	case f.fromHost.waiting() > highWater:
		f.release = release
	default:
		f.queue.whenRoom(release)
	}
}

// askMore lets the next chunk be read when the host's side has room.
func (f *flow) askMore() { f.host.whenRoom(func() { f.more <- struct{}{} }) }

// carry lets a chunk of a stream pass: up to the next byte at which a rule acts,
// then from there, as long as nothing stalls it. It returns what is left when the
// stream ends on the way.
func (f *flow) carry(w *way, chunk []byte) (rest []byte) {
	for len(chunk) > 0 && !f.over && !f.gone {
		if f.held(w) || len(w.parked) > 0 {
			w.parked = append(w.parked, bytes.Clone(chunk))
			return nil
		}
		n := min(int64(len(chunk)), f.toNextMark())
		if f.traits.Datagrams {
			n = int64(len(chunk))
		}
		f.piece(w, chunk[:n])
		chunk = chunk[n:]
	}
	return chunk
}

// held reports whether bytes of one way cannot pass: something stalls the
// stream, or the host takes nothing.
func (f *flow) held(w *way) bool {
	return f.stalled > 0 || f.c.script.dead || f.paused && w == f.toHost
}

// piece lets bytes pass, damaged as the standing faults say, and what acts at
// their end act.
func (f *flow) piece(w *way, chunk []byte) {
	sent := f.c.damaged(chunk)
	w.record.Add(sent)
	w.pass(sent)
	for left := int64(len(chunk)); left > 0 && !f.over; { // in one step, unless it is a datagram
		n := min(left, f.toNextMark())
		f.advance(w, n)
		left -= n
	}
}

// advance counts bytes that have passed, and lets what acts at their end act.
func (f *flow) advance(w *way, n int64) {
	w.count += n
	for _, cut := range f.c.script.cuts { // those that the event below adds count from here
		if cut.meets(f) {
			cut.left -= n
		}
	}
	f.noteData()
	f.runCuts()
	f.host.advanced()
}

// unstall lets what was parked of a stream pass, as far as nothing holds it.
func (f *flow) unstall() {
	for _, w := range []*way{f.toHost, f.fromHost} {
		if f.over || f.held(w) {
			continue
		}
		parked := w.parked
		w.parked = nil
		for _, chunk := range parked {
			if rest := f.carry(w, chunk); w == f.fromHost && len(rest) > 0 {
				f.host.behindEnd(rest)
			}
		}
		if f.over || len(w.parked) > 0 {
			continue
		}
		if w == f.fromHost && f.release != nil {
			f.release()
			f.release = nil
		}
		if then := w.then; then != nil {
			w.then = nil
			then()
		}
	}
}

// lastWords is how long the bytes in front of a cut have to reach the far end.
const lastWords = 200 * time.Millisecond

// abort ends the stream at its far end, behind the bytes that passed before:
// what a server has of a file that was cut must not depend on who was faster.
func (f *flow) abort(why commands.Cause) {
	if f.queue != nil {
		select {
		case <-f.emptied:
		case <-time.After(lastWords):
		}
	}
	f.Abort(why)
	f.cancel() // not before: it would take an FTP control connection along
}

// passed says how much has passed, for each way that the stream has.
func (f *flow) passed() string {
	one := func(w *way) string { return fmt.Sprintf("%d bytes, SHA-256 %s", w.count, w.record.Sum()) }
	switch {
	case !f.traits.FromHost:
		return one(f.toHost)
	case !f.traits.ToHost:
		return one(f.fromHost)
	}
	return one(f.toHost) + " to the host; " + one(f.fromHost) + " from it"
}

// settle ends a stream at its far end beside the modem, and lets the stream
// know when that is done.
func (f *flow) settle(end func()) {
	settled := make(chan struct{})
	f.settled = settled
	f.c.beside(func() {
		end()
		close(settled)
	})
}
