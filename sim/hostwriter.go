package sim

import (
	"context"
	"io"
	"math/rand/v2"
	"time"
)

// output is what goes to the host.
type output struct {
	writer     *hostWriter // nil: no host has the port open
	unread     int         // bytes dropped since the host stopped reading
	noise      *rand.Rand  // what arrives when the ends of the line differ in speed
	moduleBaud int         // bit/s; scenarios.BaudAny; BaudAuto until it is found
	lostRate   bool        // the host's speed was not found: deaf until the next boot
	lineRate   int         // bit/s of the module's line, as the port was told or has it from the start
	hostBaud   int         // bit/s; 0: unknown
}

// A hostWriter writes to one host that has the port open, in a goroutine of
// its own, since a host that does not read makes a write wait.
type hostWriter struct {
	queue *byteQueue
	host  io.Writer
	pace  *pacer
	data  int // bytes of data mode that are still queued in front of replies; the owner's
}

// hasRoom reports whether the queue has room for n bytes of command mode behind
// the data accepted before. At most 64 KiB of them wait for the host.
func (w *hostWriter) hasRoom(n int) bool {
	queued := w.queue.len()
	w.data = min(w.data, queued)
	return queued-w.data+n <= highWater
}

// acceptData counts all that is queued as data of data mode.
func (w *hostWriter) acceptData() { w.data = w.queue.len() }

// run writes until close. A host that fails a write is gone; the port says so
// by an event of its own.
func (w *hostWriter) run(ctx context.Context) {
	buf := make([]byte, 16<<10)
	buf = buf[:w.pace.piece(len(buf))]
	for {
		n := w.queue.take(buf)
		if n == 0 {
			return
		}
		w.pace.wait(ctx, n)
		if _, err := w.host.Write(buf[:n]); err != nil {
			w.close()
		}
	}
}

// close ends run; what it has not written yet is dropped.
func (w *hostWriter) close() {
	w.queue.close()
	w.queue.discard()
}

// attach directs output to a host; nil drops it, since nobody listens. The
// previous host gets nothing more.
func (m *Modem) attach(host io.Writer) {
	m.noteUnread()
	m.forgetPulse()
	m.dtr, m.rts, m.xoff, m.held, m.format = host != nil, host != nil, false, false, ""
	if m.writer != nil {
		m.writer.close()
		m.writer = nil
	}
	if host == nil {
		return
	}
	m.waits = false
	w := &hostWriter{queue: newByteQueue(lineQueue(m.baud)), host: host, pace: newPacer(m.baud)}
	m.writer = w
	m.tellSignals()
	m.beside(func() { w.run(m.life) })
}

// lineQueue is how many bytes of data wait for a line at a speed in baud: a tenth
// of a second's worth on a slow one, so that what follows the data is not late.
func lineQueue(baud int) int {
	if baud == 0 {
		return highWater
	}
	return min(highWater, max(64, baud/bitsPerByte*int(100*time.Millisecond)/int(time.Second)))
}

// toHost puts bytes on the wire, or noise if the host listens at another speed.
func (m *Modem) toHost(p []byte) {
	if m.writer != nil {
		m.writer.queue.push(m.atSpeed(p))
	}
}
