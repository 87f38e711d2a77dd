package port

import (
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
	port   serial.Port
	closed chan struct{}
	ending sync.Once

	reading turn
	writing turn
	asking  turn        // for the speed and the circuits
	bare    atomic.Bool // the device has no circuits
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

func newSerialLine(p serial.Port) *serialLine {
	return &serialLine{port: p, closed: make(chan struct{}), reading: newTurn(), writing: newTurn(), asking: newTurn()}
}

// Read waits for bytes. When the device is gone it gives io.EOF or the system's error, after Close net.ErrClosed.
func (l *serialLine) Read(p []byte) (int, error) {
	for {
		n, err := l.readFor(p)
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// readFor waits for bytes for serialLook. It is 0 without an error when none came.
func (l *serialLine) readFor(p []byte) (int, error) {
	if !l.take(l.reading) {
		return 0, net.ErrClosed
	}
	defer l.reading.end()
	n, err := l.port.Read(p)
	if code, coded := serialCode(err); coded && code == serial.PortClosed { // what the library makes of the end of input
		err = io.EOF
	}
	return n, err
}

// lines tells the changes of the host's DTR and RTS, which are looked at every 20 ms, until the line is closed or turns out to have none. How they are at
// first is not told, since a circuit that is low may be one that is not wired.
func (l *serialLine) lines(tell func(...Event)) {
	before, ok := l.look()
	if !ok {
		return
	}
	look := time.NewTicker(serialLook)
	defer look.Stop()
	for {
		select {
		case <-l.closed:
			return
		case <-look.C:
		}
		now, ok := l.look()
		if !ok {
			return
		}
		if events := now.since(before); events != nil {
			tell(events...)
		}
		before = now
	}
}

// look is false on a line without circuits, and after Close.
func (l *serialLine) look() (now inputs, ok bool) {
	ok = l.ask(func() error {
		bits, err := l.port.GetModemStatusBits()
		if err == nil {
			now = inputs{dtr: bits.DSR, rts: bits.CTS}
		}
		return err
	})
	return now, ok
}

// since is what changed. A circuit that rose stands first.
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

// setSignals gives DCD to the host through the adapter's DTR, CTS through its RTS, once what was written before has gone out. The cable has no more.
func (l *serialLine) setSignals(s Signals) error {
	if l.bare.Load() {
		return nil
	}
	_, err := l.inTurn(func() (int, error) {
		if err := l.port.Drain(); err != nil {
			return 0, err
		}
		l.ask(func() error { return l.port.SetDTR(s.DCD) })
		l.ask(func() error { return l.port.SetRTS(s.CTS) })
		return 0, nil
	})
	return err
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

// setSpeed changes the speed, to 300 to 921600 bit/s, once what was written before has gone out.
func (l *serialLine) setSpeed(baud int) error {
	if !serialSpeed(baud) {
		return errSerialSpeed(baud)
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

// Write waits until the device has taken all bytes. After Close it gives net.ErrClosed.
func (l *serialLine) Write(p []byte) (int, error) {
	p = slices.Clone(p) // the system may still hold it when Close has ended the wait
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

// inTurn does f when what was written before it has been taken. Close ends the wait for f, not f itself.
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

// Close lets go of the device. A write that it does not take is given up after 200 ms.
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
