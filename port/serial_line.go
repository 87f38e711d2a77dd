package port

import (
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.bug.st/serial"
)

const (
	serialLook  = 20 * time.Millisecond  // how often the adapter's inputs are looked at
	serialDrain = 200 * time.Millisecond // how long Close waits for a write that is under way
	serialPiece = 256                    // bytes of one write, so that a slow one ends soon after Close: 9 s at 300 baud
)

// A serialLine is a serial device in the module's place: 8 data bits, no parity, 1 stop bit, no flow control. The cable to the host is a null-modem one (a
// USB adapter wired to a microcontroller is the same): the adapter's outputs DTR and RTS are the host's DCD and CTS, its inputs DSR and CTS are the host's
// DTR and RTS. A cable of three wires has none of them, nor has a pty.
//
// The library closes its descriptor while other calls may still use it, whose number then may be another file's. Hence each call of it is made in one of
// three turns, which Close takes before it closes, and keeps.
type serialLine struct {
	device string
	port   serial.Port
	closed chan struct{}
	ending sync.Once

	reading turn
	writing turn
	asking  turn        // for the speed and the circuits
	bare    atomic.Bool // the device has no circuits

	buf    []byte
	seen   bool // inputs were looked at once
	inputs inputs
	looked time.Time
}

// inputs are the circuits that the host drives.
type inputs struct{ dtr, rts bool }

// A turn is a mutex that can be waited for with a limit, or until the line is closed.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) end() { <-t }

// take waits for a turn. It is false once the line is closed.
func (l *serialLine) take(t turn) bool {
	select {
	case t <- struct{}{}:
	case <-l.closed:
		return false
	}
	if l.isClosed() {
		t.end()
		return false
	}
	return true
}

func newSerialLine(device string, p serial.Port) *serialLine {
	return &serialLine{
		device: device, port: p, closed: make(chan struct{}), reading: newTurn(), writing: newTurn(), asking: newTurn(), buf: make([]byte, 4096),
	}
}

// next waits for what the host does: bytes, and changes of its DTR and RTS, which are looked at every 20 ms. How they are at first is not told, since a
// circuit that is low may be one that is not wired. When the device is gone it gives an error, after Close net.ErrClosed. One goroutine calls it.
func (l *serialLine) next() ([]Event, error) {
	for {
		n, err := l.read()
		if err != nil {
			return nil, err
		}
		events := l.look()
		if n > 0 {
			events = slices.Insert(events, rises(events), Event{Kind: Data, Data: slices.Clone(l.buf[:n])})
		}
		if len(events) > 0 {
			return events, nil
		}
	}
}

// rises counts the circuits that rose, which stand first: the bytes that came with them stand after those, and before the others.
func rises(events []Event) int {
	n := 0
	for n < len(events) && events[n].On {
		n++
	}
	return n
}

// read waits for bytes for serialLook. It is 0 without an error when none came.
func (l *serialLine) read() (int, error) {
	if !l.take(l.reading) {
		return 0, net.ErrClosed
	}
	defer l.reading.end()
	n, err := l.port.Read(l.buf)
	if n > 0 || err == nil {
		return n, nil
	}
	if code, coded := serialCode(err); coded && code == serial.PortClosed { // what the library makes of the end of input
		err = io.EOF
	}
	return 0, fmt.Errorf("port: %s is gone: %w", l.device, err)
}

// look tells the circuits that changed since the last look, those that rose first.
func (l *serialLine) look() []Event {
	if l.bare.Load() || time.Since(l.looked) < serialLook {
		return nil
	}
	l.looked = time.Now()
	var now inputs
	if !l.ask(func() error {
		bits, err := l.port.GetModemStatusBits()
		if err == nil {
			now = inputs{dtr: bits.DSR, rts: bits.CTS}
		}
		return err
	}) {
		return nil
	}
	before := l.inputs
	l.inputs = now
	if !l.seen {
		l.seen = true
		return nil
	}
	return now.since(before)
}

func (i inputs) since(before inputs) []Event {
	var rose, fell []Event
	tell := func(k Kind, was, is bool) {
		switch {
		case is && !was:
			rose = append(rose, Event{Kind: k, On: true})
		case was && !is:
			fell = append(fell, Event{Kind: k})
		}
	}
	tell(DTR, before.dtr, i.dtr)
	tell(RTS, before.rts, i.rts)
	return append(rose, fell...)
}

// SetSignals gives DCD to the host through the adapter's DTR, CTS through its RTS. The cable has no more.
func (l *serialLine) SetSignals(s Signals) {
	l.ask(func() error { return l.port.SetDTR(s.DCD) })
	l.ask(func() error { return l.port.SetRTS(s.CTS) })
}

// ask reads or sets circuits. A device that fails it has none (a pty says ENOTTY) and is not asked again; one that is gone fails its next read.
func (l *serialLine) ask(f func() error) bool {
	if l.bare.Load() || !l.take(l.asking) {
		return false
	}
	defer l.asking.end()
	if f() != nil {
		l.bare.Store(true)
		return false
	}
	return true
}

// SetSpeed changes the speed, in bit/s, once what was written before has gone out.
func (l *serialLine) SetSpeed(baud int) error {
	if !serialSpeed(baud) {
		return fmt.Errorf("port: %s: %d baud is not %d to %d", l.device, baud, minSerialBaud, maxSerialBaud)
	}
	if !l.take(l.writing) {
		return net.ErrClosed
	}
	defer l.writing.end()
	if err := l.port.Drain(); err != nil {
		return fmt.Errorf("port: %s: awaiting the end of the output: %w", l.device, err)
	}
	if !l.take(l.asking) {
		return net.ErrClosed
	}
	defer l.asking.end()
	if err := l.port.SetMode(serialMode(baud)); err != nil {
		return fmt.Errorf("port: %s: %d baud: %w: choose a speed that the device has", l.device, baud, err)
	}
	return nil
}

// Write waits until the device has taken all bytes. After Close it gives net.ErrClosed, which a Write that waits gives at once.
func (l *serialLine) Write(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	p = slices.Clone(p) // the system may hold it when Write has given up
	go func() {
		n, err := l.put(p)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return r.n, r.err
	case <-l.closed:
		return 0, net.ErrClosed
	}
}

func (l *serialLine) put(p []byte) (int, error) {
	if !l.take(l.writing) {
		return 0, net.ErrClosed
	}
	defer l.writing.end()
	for n := 0; ; {
		switch {
		case n == len(p):
			return n, nil
		case l.isClosed():
			return n, net.ErrClosed
		}
		taken, err := l.port.Write(p[n:min(n+serialPiece, len(p))])
		n += taken
		if err != nil {
			return n, fmt.Errorf("port: %s: %w", l.device, err)
		}
	}
}

func (l *serialLine) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// Close lets go of the device. A write that waits for a device which takes nothing is left behind after 200 ms.
func (l *serialLine) Close() error {
	var err error
	l.ending.Do(func() {
		close(l.closed)
		l.reading <- struct{}{}
		l.asking <- struct{}{}
		select {
		case l.writing <- struct{}{}:
		case <-time.After(serialDrain):
		}
		err = l.port.Close()
	})
	return err
}
