package commands

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/sockets"
)

// Sockets are the sockets of the module and what runs on them.
type Sockets struct {
	sockets.Table
	streams [sockets.Count]*socketStream
}

// A socketStream is the connection of a socket: as a stream of data mode, or beside command mode,
// where data comes as URCs or waits for +AIPR.
type socketStream struct {
	state    *State
	engine   Engine
	number   int
	endpoint sockets.Endpoint
	conn     net.Conn
	end      sync.Once
	noWay    atomic.Bool // the far end cannot be reached any more
}

var _ Carried = (*socketStream)(nil)

// runSocket lets socket n run on a connection, and answers +AIPO.
func (c *Call) runSocket(n int, conn net.Conn) error {
	s := &socketStream{state: c.State, engine: c.Engine, number: n, endpoint: c.Sockets.Get(n).Endpoint, conn: conn}
	c.Sockets.streams[n-1] = s
	if s.endpoint.Mode == sockets.Data {
		return c.Connect(s)
	}
	c.answerOpen(n)
	c.Carry(s)
	return nil
}

func (s *socketStream) socket() *sockets.Socket { return s.state.Sockets.Get(s.number) }

// Traits implements [Stream].
func (s *socketStream) Traits() Traits {
	return Traits{
		Kind: fmt.Sprintf("socket %d", s.number), Name: strconv.Itoa(s.number), ToHost: true, FromHost: true, Size: -1,
		Escape: EscapePauses, Datagrams: s.endpoint.Protocol == sockets.UDP,
		Events: StreamEvents{Data: scenarios.EventSocketData},
	}
}

// settleTime is how long the far end has to be silent before what it has sent is shown to the host,
// unless it is more than the module holds: how the bytes of one answer were cut on their way is not
// to matter.
const settleTime = 50 * time.Millisecond

// Read reads what the far end has sent until it pauses; for data mode, and of UDP, what comes
// first.
func (s *socketStream) Read(p []byte) (int, error) {
	n, err := s.read(p)
	if err != nil || s.endpoint.Protocol == sockets.UDP || s.endpoint.Mode == sockets.Data {
		return n, err
	}
	s.conn.SetReadDeadline(time.Now().Add(settleTime))
	defer s.conn.SetReadDeadline(time.Time{})
	for n < min(len(p), sockets.ReceiveWindow) && err == nil {
		var more int
		more, err = s.read(p[n:min(len(p), sockets.ReceiveWindow)])
		n += more
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return n, err
}

// read is one read of the connection. What a UDP far end refuses is no end of the socket.
func (s *socketStream) read(p []byte) (int, error) {
	n, err := s.conn.Read(p)
	switch {
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ETIMEDOUT):
		s.noWay.Store(true)
	case errors.Is(err, syscall.ECONNREFUSED) && s.endpoint.Protocol == sockets.UDP:
		return 0, nil
	}
	return n, err
}

// Write implements [Stream].
func (s *socketStream) Write(p []byte) (int, error) { return s.conn.Write(p) }

// Finish closes the connection: its far end has closed it, or reads what was written before.
func (s *socketStream) Finish(context.Context) (string, error) {
	s.end.Do(func() { s.conn.Close() })
	return "", nil
}

// Abort closes the connection.
func (s *socketStream) Abort(Cause) (string, error) { return s.Finish(context.Background()) }

// Result implements [Stream].
func (s *socketStream) Result(Cause, error) Final { return NoCarrier }

// Left implements [Stream]. What the host has not ended stays for +AIPC, and is told beside data
// mode.
func (s *socketStream) Left(why Cause, _ <-chan struct{}) {
	s.state.Sockets.streams[s.number-1] = nil
	switch why {
	case HungUp, Unreachable, Dropped:
		s.state.Sockets.Close(s.number) // it is open
	default:
		s.socket().Leave()
		if s.noWay.Load() {
			s.notify("+AIPEVNTI", eventNoWay)
		}
		if s.endpoint.Mode != sockets.Data {
			s.engine.URC(s.state.line("+"+s.state.Settings.SocketClose, strconv.Itoa(s.number)))
		}
	}
	s.closed()
}

// closed tells that the socket is not connected any more.
func (s *socketStream) closed() {
	s.engine.Emit(Event{Kind: scenarios.EventSocketClosed, N: int64(s.number)})
}

// Receive implements [Carried].
func (s *socketStream) Receive(p []byte) {
	socket := s.socket()
	if socket.Mode == sockets.Request {
		if socket.Hold(p) {
			s.notify("+AIPRIPI", int(socket.Protocol))
		}
		return
	}
	name := "+AIPRTCP:" // without a blank, as the manual's example
	if socket.Protocol == sockets.UDP {
		name = "+AIPRUDP:"
	}
	for piece := range slices.Chunk(p, sockets.MaxData) {
		s.engine.DataURC(name + socketLine(s.number, socket, len(piece)) + "," + hexData(piece))
	}
}

// Full implements [Carried].
func (s *socketStream) Full() bool { return s.socket().Full() }

// The events of +AIPEVNTI.
const (
	eventBufferFree = 3
	eventWindowOpen = 8
	eventNoWay      = 10
)

// Sent implements [Carried].
func (s *socketStream) Sent(bytes int) {
	switch refused := s.socket().Sent(bytes); {
	case errors.Is(refused, sockets.ErrFull):
		s.notify("+AIPEVNTI", eventBufferFree)
	case errors.Is(refused, sockets.ErrShut):
		s.notify("+AIPEVNTI", eventWindowOpen)
	}
}

// notify sends a URC about the socket with a number.
func (s *socketStream) notify(name string, number int) {
	s.engine.URC(s.state.line(name, fmt.Sprintf("%d,%d", s.number, number)))
}
