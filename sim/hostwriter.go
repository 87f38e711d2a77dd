package sim

import "io"

// A hostWriter writes to one host that has the port open, in a goroutine of
// its own, since a host that does not read makes a write wait.
type hostWriter struct {
	queue *byteQueue
	host  io.Writer
	data  int // bytes of data mode that are still queued in front of replies; the owner's
}

// hasRoom reports whether n bytes of command mode find room behind the data
// that was accepted before: 64 KiB of them wait for the host at most.
func (w *hostWriter) hasRoom(n int) bool {
	queued := w.queue.len()
	w.data = min(w.data, queued)
	return queued-w.data+n <= highWater
}

// run writes until close. A host that fails a write is gone; the port says so
// by an event of its own.
func (w *hostWriter) run() {
	buf := make([]byte, 16<<10)
	for {
		n := w.queue.take(buf)
		if n == 0 {
			return
		}
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
	if m.writer != nil {
		m.writer.close()
		m.writer = nil
	}
	if host != nil {
		m.writer = &hostWriter{queue: newByteQueue(), host: host}
		m.beside(m.writer.run)
	}
}
