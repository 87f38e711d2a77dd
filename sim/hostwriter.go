package sim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// output is what goes to the host.
type output struct {
	writer     *hostWriter   // nil: no host has the port open
	departed   chan struct{} // closed when the last host's writer has ended
	unread     int           // bytes dropped since the host stopped to read
	noise      *rand.Rand    // of a line whose ends have another speed
	moduleBaud int           // scenarios.BaudAny; BaudAuto until it is found
	lineRate   int           // speed of the module's line, as the port was told or has it from the start
	hostBaud   int           // 0: not known
}

// A hostWriter writes to one host that has the port open, in a goroutine of
// its own, since a host that does not read makes a write wait.
type hostWriter struct {
	queue *byteQueue
	ended chan struct{} // closed at the end of run
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

// run writes until close. A host that fails a write is gone; the port says so
// by an event of its own.
func (w *hostWriter) run(ctx context.Context) {
	defer close(w.ended)
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
		m.departed = m.writer.ended
		m.writer = nil
	}
	if host == nil {
		return
	}
	m.waits = false
	w := &hostWriter{queue: newByteQueue(lineQueue(m.baud)), ended: make(chan struct{}), host: host, pace: newPacer(m.baud)}
	m.writer = w
	before, signals := m.departed, m.shown
	w.queue.then(func() { // the writer before may be about to show what it was told
		if before != nil {
			<-before
		}
		m.lines.SetSignals(signals)
	})
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

// LineRate implements [commands.Engine].
func (m *Modem) LineRate(baud int, afterResult bool) {
	if afterResult {
		m.timers.after(0, func() { m.setRate(baud) })
	} else {
		m.setRate(baud)
	}
}

// setRate changes the speed of the module's line. With baud any, that matters
// on a real line alone.
func (m *Modem) setRate(baud int) {
	if m.moduleBaud != scenarios.BaudAny {
		m.moduleBaud = baud
	}
	line, ok := m.lines.(speedSetter)
	if !ok || baud == m.lineRate {
		return
	}
	m.lineRate = baud
	set := func() {
		if err := line.SetSpeed(baud); err != nil {
			m.log.Error("the line's speed", "error", err)
		}
	}
	if m.writer != nil {
		m.writer.queue.then(set)
	} else {
		set()
	}
}

// A speedSetter is a port whose end of the line has a speed of its own: a
// serial device in the module's place.
type speedSetter interface {
	// SetSpeed sets the speed in bit/s, behind the bytes written before.
	SetSpeed(baud int) error
}

// autoRates are the speeds that the module finds out (Enhanced AT manual 6.2).
var autoRates = []int{4800, 9600, 19200, 38400, 57600, 115200}

// findRate looks for the host's speed in its first line after boot: AT and CR,
// at a speed that the module knows. Anything else makes it deaf until the next
// boot (Enhanced AT manual 6.2).
func (m *Modem) findRate(p []byte) {
	m.raw = append(m.raw, p...)
	if bytes.IndexByte(m.raw, '\r') < 0 && bytes.HasPrefix([]byte("AT\r"), bytes.ToUpper(m.raw)) {
		return
	}
	rate := m.hostBaud
	if rate == 0 {
		rate = m.state.NextRate
	}
	clean := strings.EqualFold(strings.TrimSuffix(string(m.raw), "\n"), "AT\r")
	m.endRow()
	if !clean || !slices.Contains(autoRates, rate) {
		m.transcript.note("no AT as the first line: deaf until the next boot")
		m.deaf++
		return
	}
	m.moduleBaud = rate
	m.Info(fmt.Sprintf("+Auto BR: %d", rate))
}

// toHost puts bytes on the wire: noise, if the host listens at another speed.
func (m *Modem) toHost(p []byte) {
	if m.writer != nil {
		m.writer.queue.push(m.atSpeed(p))
	}
}

// moduleFormat is the module's character format, the only one (AT manual, +ICF).
const moduleFormat = "8N1"

// atSpeed is what arrives of bytes when the two ends of the line have another
// speed or character format: as many bytes of noise (setting baud).
func (m *Modem) atSpeed(p []byte) []byte {
	sameSpeed := m.hostBaud == 0 || m.moduleBaud == m.hostBaud
	if m.moduleBaud <= 0 || sameSpeed && (m.format == "" || m.format == moduleFormat) {
		return p
	}
	noise := make([]byte, len(p))
	for i := range noise {
		noise[i] = byte(m.noise.Uint32()) | 0x80
	}
	return noise
}
