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
	serialLook  = 20 * time.Millisecond  // time between two reads of the adapter's inputs
	serialDrain = 200 * time.Millisecond // how long Close waits for a write that is under way
	serialPiece = 256                    // bytes of one write, which may outlast Close (9 s at 300 Bd)
)

// A serialLine is a serial device in the module's place, with 8 data bits, no parity, 1 stop bit
// and no flow control. The cable to the host is a null-modem one (a USB adapter wired to a
// microcontroller is the same): the adapter's outputs DTR and RTS are the host's DCD and CTS, its
// inputs DSR and CTS are the host's DTR and RTS. A cable of three wires has none of these circuits,
// and neither has a pty.
//
// The library closes its descriptor while other calls may still use it, and by then its number may
// belong to another file. Hence each call of the library is made while holding one of three turns,
// all of which Close takes before it closes, and keeps.
type serialLine struct {
	port   serial.Port
	closed chan struct{}
	ending sync.Once

	reading turn
	writing turn
	asking  turn        // held to read or set the speed and the circuits
	bare    atomic.Bool // the device turned out to have no circuits

	// Used by next alone.
	buf    []byte
	inputs inputs
	looked time.Time
}

// inputs are the circuits that the host drives.
type inputs struct{ dtr, rts bool }

// A turn is a mutex for which one can wait with a timeout, or until the line is closed.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) end() { <-t }

// take waits for a turn. It returns false once the line is closed.
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

func newSerialLine(p serial.Port) *serialLine {
	return &serialLine{port: p, closed: make(chan struct{}), reading: newTurn(), writing: newTurn(), asking: newTurn(), buf: make([]byte, 4096)}
}

// next waits for bytes of the host and for changes of its DTR and RTS, which it reads every 20 ms.
// Their initial state is not reported, since a circuit that is low may not be wired. When the
// device is gone, next returns io.EOF or the system's error, after Close net.ErrClosed. Only one
// goroutine may call it.
func (l *serialLine) next() ([]Event, error) {
	for {
		n, err := l.read()
		if n > 0 {
			events := l.changes()
			return slices.Insert(events, leadingRises(events), Event{Kind: Data, Data: slices.Clone(l.buf[:n])}), nil
		}
		if err != nil {
			return nil, err
		}
		if events := l.changes(); events != nil {
			return events, nil
		}
	}
}

// leadingRises counts the circuits that rose, which come first in events. Bytes that came with the
// events belong after these, and before the others.
func leadingRises(events []Event) int {
	n := 0
	for n < len(events) && events[n].On {
		n++
	}
	return n
}

// read waits for bytes, at most for serialLook. It returns 0 without an error if none came.
func (l *serialLine) read() (int, error) {
	if !l.take(l.reading) {
		return 0, net.ErrClosed
	}
	defer l.reading.end()
	n, err := l.port.Read(l.buf)
	// PortClosed is also the library's error at the end of input.
	if code, coded := serialCode(err); coded && code == serial.PortClosed {
		err = io.EOF
	}
	return n, err
}

// changes returns how the circuits have changed since they were last read. It reads them at most
// every serialLook.
func (l *serialLine) changes() []Event {
	if time.Since(l.looked) < serialLook {
		return nil
	}
	first := l.looked.IsZero()
	l.looked = time.Now()
	now, ok := l.readInputs()
	if !ok {
		return nil
	}
	before := l.inputs
	l.inputs = now
	if first {
		return nil
	}
	return now.since(before)
}

// readInputs reads the circuits. It returns false on a line without them, and after Close.
func (l *serialLine) readInputs() (now inputs, ok bool) {
	ok = l.ask(func() error {
		bits, err := l.port.GetModemStatusBits()
		if err == nil {
			now = inputs{dtr: bits.DSR, rts: bits.CTS}
		}
		return err
	})
	return now, ok
}

// since returns the changes from before to i, with circuits that rose first.
func (i inputs) since(before inputs) []Event {
	var rose, fell []Event
	report := func(k Kind, was, is bool) {
		switch {
		case is && !was:
			rose = append(rose, Event{Kind: k, On: true})
		case was && !is:
			fell = append(fell, Event{Kind: k})
		}
	}
	report(DTR, before.dtr, i.dtr)
	report(RTS, before.rts, i.rts)
	return append(rose, fell...)
}

// SetSignals sends DCD to the host through the adapter's DTR and CTS through its RTS, once what was
// written before has gone out. The cable has no other circuits.
func (l *serialLine) SetSignals(s Signals) {
	if l.bare.Load() {
		return
	}
	_, _ = l.inTurn(func() (int, error) {
		if err := l.port.Drain(); err != nil {
			return 0, err
		}
		l.ask(func() error { return l.port.SetDTR(s.DCD) })
		l.ask(func() error { return l.port.SetRTS(s.CTS) })
		return 0, nil
	}) // on an error the device is gone, which next reports
}

// ask runs f, which reads or sets circuits, and reports whether it succeeded. A device that fails
// has no circuits (a pty says ENOTTY) and is not asked again; one that is gone fails its next read.
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

// SetSpeed sets the speed, 300 to 921600 bit/s, once what was written before has gone out.
func (l *serialLine) SetSpeed(baud int) error {
	if !serialSpeed(baud) {
		return fmt.Errorf("%d baud is not %d to %d", baud, minSerialBaud, maxSerialBaud)
	}
	_, err := l.inTurn(func() (int, error) {
		if err := l.port.Drain(); err != nil {
			return 0, err
		}
		if !l.take(l.asking) {
			return 0, net.ErrClosed
		}
		defer l.asking.end()
		return 0, l.port.SetMode(serialMode(baud))
	})
	return err
}

// Write blocks until the device has taken all bytes. After Close it returns net.ErrClosed.
func (l *serialLine) Write(p []byte) (int, error) {
	p = slices.Clone(p) // the system may still use it after Close has ended the wait
	return l.inTurn(func() (int, error) { return l.put(p) })
}

func (l *serialLine) put(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		if l.isClosed() {
			return n, net.ErrClosed
		}
		var taken int
		taken, err = l.port.Write(p[n:min(n+serialPiece, len(p))])
		n += taken
	}
	return n, err
}

// inTurn runs f after earlier writes have been taken. Close ends the wait for f, but not f itself.
func (l *serialLine) inTurn(f func() (int, error)) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		if !l.take(l.writing) {
			return
		}
		defer l.writing.end()
		n, err := f()
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return r.n, r.err
	case <-l.closed:
		return 0, net.ErrClosed
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

// Close closes the device. It gives up a write that the device does not take after 200 ms.
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
