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
	unread     int         // bytes dropped since the host stopped to read
	noise      *rand.Rand  // of a line whose ends have another speed
	moduleBaud int         // scenarios.BaudAny; BaudAuto until it is found
	lostRate   bool        // it was looked for and not found: deaf until the next boot
	lineRate   int         // speed of the module's line, as the port was told or has it from the start
	hostBaud   int         // 0: not known
}

// A hostWriter writes to one host that has the port open, in a goroutine of
// its own, since a host that does not read makes a write wait.
type hostWriter struct {
	queue *byteQueue
	host  io.Writer
	pace  *pacer
	data  int // bytes of data mode that are still queued in front of replies; the owner's
}

// hasRoom reports whether n bytes of command mode find room behind the data
// that was accepted before: 64 KiB of them wait for the host at most.
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

// attach lets output go to a host from now on; nil: nobody listens, and output
// is dropped. The host before it gets nothing more.
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

// lineQueue is how much data waits for a line at some baud, in bytes: a slow
// one has a tenth of a second of it, so that what follows the data is not late.
func lineQueue(baud int) int {
	if baud == 0 {
		return highWater
	}
	return min(highWater, max(64, baud/bitsPerByte*int(100*time.Millisecond)/int(time.Second)))
}

// toHost puts bytes on the wire: noise, if the host listens at another speed.
func (m *Modem) toHost(p []byte) {
	if m.writer != nil {
		m.writer.queue.push(m.atSpeed(p))
	}
}
