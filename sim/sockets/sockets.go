// Package sockets is the eight sockets of the module as a state machine: which are open, to where,
// and what they hold for the host. It does no I/O and has no clock.
//
// The numbers are those of the Enhanced AT manual, chapters 3 and 7.
package sockets

import (
	"errors"
	"fmt"
)

const (
	// Count is how many sockets the module has, numbered from 1.
	Count = 8
	// MaxData is how many bytes one command or notice carries.
	MaxData = 768
	// ReceiveWindow and SendWindow are how many bytes a TCP socket holds each way.
	ReceiveWindow = 7300
	SendWindow    = 5840
)

// The errors of a [Table] and its sockets, which are unchanged then.
var (
	ErrOpen   = errors.New("the socket is open already; AT+AIPC closes it")
	ErrClosed = errors.New("the socket is not open; AT+AIPO opens it")
	ErrLeft   = errors.New("the far end has closed the socket; AT+AIPC frees it")
	ErrPort   = errors.New("another socket has this local port")
	ErrFull   = errors.New("the send window has no room for this (AT+AIPSST, +AIPEVNTI)")
	ErrShut   = errors.New("the send window is closed, the far end takes nothing (+AIPEVNTI tells when it does)")
)

// A Protocol is the <proto> of +AIPO.
type Protocol int

// The protocols.
const (
	TCP Protocol = 0
	UDP Protocol = 1
)

// String returns the protocol as package net names it.
func (p Protocol) String() string {
	if p == UDP {
		return "udp"
	}
	return "tcp"
}

// A Mode is the <mode> of +AIPO: how data reaches the host.
type Mode int

// The modes.
const (
	Command Mode = 0 // +AIPRTCP and +AIPRUDP bring it at once
	Request Mode = 1 // +AIPRIPI tells of it, +AIPR fetches it
	Data    Mode = 2 // it passes in data mode
)

// A State is the <stat> of +AIPSST.
type State int

// The states.
const (
	Free      State = 0
	Connected State = 1
	Left      State = 2 // the far end has closed it; it waits for +AIPC
)

// An Endpoint is what a socket is connected to, and how.
type Endpoint struct {
	LocalAddress string
	LocalPort    int // 0: the module picks one
	Remote       string
	RemotePort   int
	Protocol     Protocol
	Mode         Mode
}

// A Socket is one socket. The zero value is free.
type Socket struct {
	Endpoint
	State   State
	held    [][]byte // for +AIPR: what came, datagram by datagram
	size    int      // of all of it
	unsent  int      // bytes of the host that are not on their way
	refused error    // of the last write, until there is room again
}

// A Table is the sockets of one module. The zero value has none open. It is not safe for concurrent
// use.
type Table struct {
	sockets  *[Count]Socket // nil: none was asked for, as on most modems
	lastPort int            // that the module picked
}

// Get returns socket n, from 1 to [Count].
func (t *Table) Get(n int) *Socket {
	if t.sockets == nil {
		t.sockets = new([Count]Socket)
	}
	return &t.sockets[n-1]
}

// In returns the numbers of the sockets that are free, or of those that are not.
func (t *Table) In(free bool) []int {
	var numbers []int
	for n := 1; n <= Count; n++ {
		if (t.sockets == nil || t.Get(n).State == Free) == free {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// The ports that a module picks from (assumed: the dynamic range of RFC 6335).
const firstPort, ports = 49152, 1 << 14

// Reserve checks that socket n can be opened to e, and completes the local port.
func (t *Table) Reserve(n int, e Endpoint) (Endpoint, error) {
	switch {
	case t.Get(n).State != Free:
		return e, fmt.Errorf("socket %d: %w", n, ErrOpen)
	case e.LocalPort != 0 && t.uses(e.Protocol, e.LocalPort):
		return e, fmt.Errorf("port %d: %w", e.LocalPort, ErrPort)
	}
	for e.LocalPort == 0 || t.uses(e.Protocol, e.LocalPort) {
		e.LocalPort = firstPort + t.lastPort%ports
		t.lastPort++
	}
	return e, nil
}

// uses reports whether a socket has a local port.
func (t *Table) uses(p Protocol, port int) bool {
	for n := 1; n <= Count; n++ {
		if s := t.Get(n); s.State != Free && s.Protocol == p && s.LocalPort == port {
			return true
		}
	}
	return false
}

// Open makes socket n connected.
func (t *Table) Open(n int, e Endpoint) { *t.Get(n) = Socket{Endpoint: e, State: Connected} }

// Close frees socket n.
func (t *Table) Close(n int) error {
	if t.Get(n).State == Free {
		return ErrClosed
	}
	*t.Get(n) = Socket{}
	return nil
}

// Leave is the far end's close: the socket keeps what it holds until it is closed.
func (s *Socket) Leave() { s.State, s.unsent, s.refused = Left, 0, nil }

// Usable returns why nothing can be sent on the socket.
func (s *Socket) Usable() error {
	switch s.State {
	case Free:
		return ErrClosed
	case Left:
		return ErrLeft
	}
	return nil
}

// Hold keeps what has come, for +AIPR. It reports whether the socket held nothing before, which is
// when the host is told. A datagram that finds no room is lost.
func (s *Socket) Hold(p []byte) (first bool) {
	if s.Protocol == UDP && s.size+len(p) > ReceiveWindow {
		return false
	}
	first = s.size == 0
	s.held = append(s.held, append([]byte(nil), p...))
	s.size += len(p)
	return first
}

// Fetch takes up to max bytes of what the socket holds: of UDP, of one datagram.
func (s *Socket) Fetch(max int) []byte {
	var data []byte
	for len(s.held) > 0 && len(data) < max {
		n := min(len(s.held[0]), max-len(data))
		data = append(data, s.held[0][:n]...)
		if s.held[0] = s.held[0][n:]; len(s.held[0]) == 0 {
			s.held = s.held[1:]
		}
		if s.Protocol == UDP {
			break
		}
	}
	s.size -= len(data)
	return data
}

// Held is how many bytes wait for Fetch.
func (s *Socket) Held() int { return s.size }

// Full reports whether a TCP socket takes nothing more from the far end until the host fetches.
func (s *Socket) Full() bool { return s.Protocol == TCP && s.size >= ReceiveWindow }

// Write takes n bytes of the host, which are unsent until Sent is told.
func (s *Socket) Write(n int) error {
	if err := s.Usable(); err != nil {
		return err
	}
	switch room := SendWindow - s.unsent; {
	case s.Protocol == UDP || n <= room:
		s.unsent += n
		return nil
	case room == 0:
		s.refused = ErrShut
	default:
		s.refused = ErrFull
	}
	return s.refused
}

// Sent says that n bytes are on their way. It returns what a write was refused for, once, when
// there is room again for one.
func (s *Socket) Sent(n int) (refused error) {
	s.unsent = max(0, s.unsent-n)
	if SendWindow-s.unsent < MaxData {
		return nil
	}
	refused, s.refused = s.refused, nil
	return refused
}

// Room returns the <rxfree> and <txfree> of the socket: 0 and 0 for UDP.
func (s *Socket) Room() (rx, tx int) {
	if s.Protocol == UDP {
		return 0, 0
	}
	return max(0, ReceiveWindow-s.size), SendWindow - s.unsent
}
