package port

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

const (
	grace      = 200 * time.Millisecond // how long a new host waits for the end of the old one
	reasonTime = time.Second            // how long a host that is turned away has to read the reason
	acceptWait = 100 * time.Millisecond // between two attempts when the system is short of resources
)

// Socket is a port that hosts connect to, one at a time. A host that connects while another is
// there reads a line that says so and is disconnected, and the modem gets a Notice. An Open asserts
// DTR and a Close drops it.
type Socket struct {
	streamPort
	address  Address
	listener socketListener
	pause    *pause
}

// Listen opens a port at an address as [ParseAddress] reads it, of any network but serial. Options
// apply to unix sockets alone. The file of a unix socket whose process has died is replaced;
// anything else at its path is an error and is kept.
func Listen(address string, o SocketOptions) (*Socket, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if a.Network != "unix" && o != (SocketOptions{}) {
		return nil, fmt.Errorf("port: %s: permissions (--mode, --group) are for unix:PATH and a pty", address)
	}
	var l net.Listener
	switch {
	case a.Network == "serial":
		return nil, fmt.Errorf("port: %s: nobody connects to a serial device: use --connect %[1]s", address)
	case a.Baud != 0:
		return nil, fmt.Errorf("port: %s: the host chooses the speed: leave ,%d out", address, a.Baud)
	case a.Network == "unix":
		l, err = ListenUnix(a.Path, o)
	default:
		l, err = a.listen()
	}
	if err != nil {
		return nil, fmt.Errorf("port: %s: %w", address, err)
	}
	if at, ok := l.Addr().(*net.TCPAddr); ok {
		a.Host, a.Port = (&net.IPAddr{IP: at.IP, Zone: at.Zone}).String(), at.Port
	}
	s := &Socket{address: a}
	s.start(l.(socketListener))
	return s, nil
}

// socketListener is a listener of the net package.
type socketListener interface {
	net.Listener
	syscall.Conn
	SetDeadline(time.Time) error
}

func (s *Socket) start(l socketListener) {
	s.init()
	s.listener = l
	s.pause = &pause{socket: l, limit: l.SetDeadline}
	s.ended.Go(s.accept)
}

func (a Address) listen() (net.Listener, error) {
	config := net.ListenConfig{KeepAliveConfig: keepAlive}
	l, err := config.Listen(context.Background(), TCPNetwork(a.hostPort()), a.hostPort())
	if err != nil {
		return nil, fmt.Errorf("%w: write an address of this machine and a port that is free (0 picks one)", reason(err))
	}
	return l, nil
}

// TCPNetwork is the network to listen on for a HOST:PORT: "tcp4" if the host is an IPv4 address.
// Package net takes 0.0.0.0 for all addresses of IPv6 too, which nobody has asked for then.
func TCPNetwork(address string) string {
	if at, err := netip.ParseAddrPort(address); err == nil && at.Addr().Is4() {
		return "tcp4"
	}
	return "tcp"
}

// Path returns what a host connects to: tcp:127.0.0.1:45123, unix:/run/modem or, in pyserial's
// form, rfc2217://127.0.0.1:45123.
func (s *Socket) Path() string { return s.address.String() }

// Address returns the parsed form of Path.
func (s *Socket) Address() Address { return s.address }

// Settle implements [Settler]. A host that has shut down its output counts as one that has closed.
func (s *Socket) Settle() { s.settle(s.pause) }

// Close closes the port, after giving the host up to 200 ms to read what was written. It removes
// the file of a unix socket, unless another socket has taken its place.
func (s *Socket) Close() error { return s.close(s.listener.Close) }

// accept accepts hosts until the port is closed.
func (s *Socket) accept() {
	var before string // the last error reported
	for s.life.Err() == nil {
		c, err := s.listener.Accept()
		switch {
		case err == nil:
			before = ""
			s.admit(c)
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.mu.Lock()
			s.pause.answer()
			s.mu.Unlock()
		case s.life.Err() == nil:
			if text := reason(err).Error(); text != before {
				before = text
				s.notice(fmt.Sprintf("nobody can connect to %s: %s; trying again", s.Path(), text))
			}
			s.sleep(acceptWait)
		}
	}
}

// admit makes c the port's connection, or turns it away.
func (s *Socket) admit(c net.Conn) {
	name := peerName(c)
	s.mu.Lock()
	old := s.conn
	s.mu.Unlock()
	if old != nil && !s.awaitLeave(old) {
		s.notice(fmt.Sprintf("%s was turned away: the modem is in use by %s", name, old.name))
		s.ended.Go(func() { s.turnAway(c, old.name) })
		return
	}
	if !s.begin(newConnection(c, s.protocol(), name, func(err error) string { return lost(name, err) })) {
		_ = c.Close() // the port is closed
	}
}

// protocol returns a new protocol of the port's kind.
func (s *Socket) protocol() protocol {
	if s.address.Network == "rfc2217" {
		return newRFC2217Server()
	}
	return raw{}
}

// lost returns the notice about a connection that ended with an error, "" for none.
func lost(name string, err error) string {
	switch {
	case err == nil:
		return ""
	case vanished(err):
		return fmt.Sprintf("%s vanished without closing the connection (%v)", name, reason(err))
	}
	return fmt.Sprintf("%s: %v", name, reason(err))
}

// awaitLeave gives the old connection time to end, without limit if its host has closed already. It
// returns false if the old host stays. A host that connects soon after another has waited in vain
// does not wait again, or the last of many would be turned away too late.
func (s *Socket) awaitLeave(old *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(old.graceEnd) > grace {
		old.graceEnd = time.Now().Add(grace)
	}
	limit := time.AfterFunc(grace, s.wake)
	defer limit.Stop()
	old.hurry()
	for s.conn == old && !s.ending && (time.Now().Before(old.graceEnd) || old.leaving()) {
		s.moved.Wait()
	}
	old.hurried = s.conn != old
	return s.conn != old || s.ending
}

// turnAway tells a new host who uses the modem. It reads what the host sends to its end, since
// closing with unread input would reset the connection before the host has read the line.
func (s *Socket) turnAway(c net.Conn, by string) {
	defer c.Close()
	defer context.AfterFunc(s.life, func() { _ = c.Close() })()
	_ = c.SetDeadline(time.Now().Add(reasonTime))
	if _, err := fmt.Fprintf(c, "modemsim: this modem is in use by %s\r\n", by); err == nil && newSocketFar(c).CloseWrite() == nil {
		_, _ = io.Copy(io.Discard, c)
	}
}
