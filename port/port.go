package port

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// Kind is the kind of an [Event]. It decides which fields of the event are set.
type Kind int

// The kinds of events.
const (
	Data   Kind = iota + 1 // bytes from the host
	Open                   // a host opened its end, and no other had it open
	Shared                 // a host opened its end, and another one had it open already
	Close                  // the last host closed its end
	DTR                    // data terminal ready (ITU-T V.24 circuit 108/2) rose or fell
	Speed                  // the host set another speed
	Break                  // the host sent a break
	RTS                    // request to send (circuit 105) rose or fell
	Format                 // the host set another character format
	Notice                 // a message for whoever runs the modem
)

// Event is one thing that happened at the host's end of the wire.
type Event struct {
	Kind Kind
	Data []byte // Data: at least one byte; owned by the receiver

	// Open: a writer to this host. Write blocks until the wire has taken all bytes. Once this host
	// has closed, or the next one has opened, Write drops the bytes and returns len(p), nil. After
	// the port's Close it returns net.ErrClosed.
	Host io.Writer

	On     bool   // DTR, RTS: whether it is asserted
	Baud   int    // Speed: bit/s, never 0, which is a DTR drop; Open: as left by a host, or 0
	Format string // Format: data bits, parity (N, E, O, M, S), stop bits: 8N1
	Text   string // Notice: one line in lower case, without a newline
}

// Signals are the circuits that the modem drives (ITU-T V.24). The zero value is a modem without
// power.
type Signals struct {
	CTS bool // clear to send, circuit 106: the modem takes input
	DSR bool // data set ready, circuit 107
	DCD bool // data carrier detect, circuit 109
	RI  bool // ring indicator, circuit 125
}

// Lines is a port with modem control lines: it reports what the host does beside writing bytes, and
// shows the host the modem's circuits. A port need not be one: see [Of].
type Lines interface {
	// Next blocks until there is an event and returns it. After the port's Close it returns the
	// events from before, then io.EOF. If the port has failed it returns that error instead. Only
	// one goroutine may call it.
	Next() (Event, error)

	// SetSignals sets all circuits that the modem drives. On a wire that carries them, the host
	// sees the change after the bytes written before, and a later host sees the last state. On
	// other wires it has no visible effect.
	SetSignals(s Signals)
}

// What a port may also be. A user of a port finds out by a type assertion, and does without where
// the port is not.
//
//   - A [Pather] has a name that a host program opens: [PTY], [Pluggable], [Socket], [Connector].
//   - A [Settler] can tell when all that its host did has arrived: every port of this package.
//   - A [SpeedSetter] has a line with a speed of its own: [Connector].
//   - An [Unplugger] can go away and come back: [Pluggable].
type (
	// A Pather has a name that a host program opens.
	Pather interface {
		// Path returns what the host opens or connects to, such as /dev/pts/7 or
		// tcp:127.0.0.1:4000.
		Path() string
	}

	// A Settler can tell when all that its host did has arrived.
	Settler interface {
		// Settle returns when Next has given everything that the host did before and waits for
		// more, or after a second. It is for the moment after a host program has ended, whose last
		// bytes may not have been read yet.
		Settle()
	}

	// A SpeedSetter has a line with a speed of its own: a serial device in the module's place, or
	// the line behind an RFC 2217 server.
	SpeedSetter interface {
		// Speed returns the speed of the line in bit/s, or 0 if there is no such line.
		Speed() int
		// SetSpeed sets the speed in bit/s, after the bytes written before have gone out.
		SetSpeed(baud int) error
	}

	// An Unplugger can go away and come back, as a module on a USB cable does.
	Unplugger interface {
		// Unplug takes the port away from its host for d. It comes back at a path, which is
		// another one if it is renamed: as /dev/ttyUSB0 does that comes back as /dev/ttyUSB1.
		Unplug(d time.Duration, renamed bool) (path string, err error)
	}
)

var (
	_ Pather      = (*PTY)(nil)
	_ Pather      = (*Pluggable)(nil)
	_ Pather      = (*Socket)(nil)
	_ Pather      = (*Connector)(nil)
	_ Settler     = (*PTY)(nil)
	_ Settler     = (*Pluggable)(nil)
	_ Settler     = (*Socket)(nil)
	_ Settler     = (*Connector)(nil)
	_ Settler     = (*Pipe)(nil)
	_ SpeedSetter = (*Connector)(nil)
	_ Unplugger   = (*Pluggable)(nil)
)

// Of returns rwc itself if it is a [Lines]. Otherwise it returns a Lines that reports an Open at
// once, Data as it is read, and at the end of input a Close and then io.EOF, or the error that
// ended it. Closing rwc ends it.
func Of(rwc io.ReadWriteCloser) Lines {
	if l, ok := rwc.(Lines); ok {
		return l
	}
	return &stream{rwc: rwc}
}

// stream makes a Lines of a byte stream, which has one host from its start to its end.
type stream struct {
	rwc    io.ReadWriteCloser
	opened bool
	buf    []byte
	err    error
	closed atomic.Bool // the Close event was returned
}

func (s *stream) Next() (Event, error) {
	if !s.opened {
		s.opened = true
		s.buf = make([]byte, 4096)
		return Event{Kind: Open, Host: streamHost{s}}, nil
	}
	for s.err == nil {
		var n int
		n, s.err = s.rwc.Read(s.buf)
		if n > 0 {
			return Event{Kind: Data, Data: append([]byte(nil), s.buf[:n]...)}, nil
		}
	}
	if !s.closed.Swap(true) {
		return Event{Kind: Close}, nil
	}
	if hostGone(s.err) || portClosed(s.err) {
		return Event{}, io.EOF
	}
	return Event{}, s.err
}

func (s *stream) SetSignals(Signals) {}

type streamHost struct{ s *stream }

func (h streamHost) Write(b []byte) (int, error) {
	if h.s.closed.Load() {
		return len(b), nil
	}
	n, err := h.s.rwc.Write(b)
	switch {
	case hostGone(err):
		return len(b), nil
	case portClosed(err):
		return n, net.ErrClosed
	}
	return n, err
}

// hostGone reports whether err means that the far end of a stream has closed it.
func hostGone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// portClosed reports whether err means that this end of a stream was closed.
func portClosed(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed)
}
