package commands

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/sockets"
)

// connectTime is how long +AIPO waits for a connection when the host names no time.
const connectTime = 30 * time.Second

// openSocket opens a socket, shows an open one, or lists those that are free.
func openSocket(c *Call) error {
	n := 0
	switch {
	case c.Form == Read:
		return c.listSockets(true)
	case !c.anyGiven(1):
		n = c.Args.Number(0)
		if c.Sockets.Get(n).State == sockets.Free {
			return socketError(fmt.Errorf("socket %d: %w", n, sockets.ErrClosed))
		}
		c.answerOpen(n)
		return nil
	case !c.Args.Given(2) || !c.Args.Given(3):
		return because(ErrSyntax, "the far end's address or port is missing")
	}
	n = c.Args.Number(0)
	e, err := c.Sockets.Reserve(n, sockets.Endpoint{
		LocalAddress: c.GPRS.Address().String(), LocalPort: c.Args.Number(1),
		Remote: c.Args.Text(2), RemotePort: c.Args.Number(3),
		Protocol: sockets.Protocol(c.Args.Number(4)), Mode: sockets.Mode(c.Args.Number(7)),
	})
	if err != nil {
		return socketError(err)
	}
	switch {
	case e.RemotePort == 0:
		return because(IPBind, "no far end has port 0")
	case e.Mode == sockets.Data && c.FTP.Transfer != nil:
		return because(Failed, "a transfer waits in online command mode; ATO goes on with it, ATH ends it")
	}
	conn, err := c.dialSocket(&e)
	if err != nil {
		c.Emit(Event{Kind: scenarios.EventSocketRefused, N: int64(n), Text: err.Error()})
		return err
	}
	c.Sockets.Open(n, e)
	c.Emit(Event{Kind: scenarios.EventSocketOpen, N: int64(n)})
	return c.runSocket(n, conn)
}

// answerOpen answers with what socket n is connected to: the local address is left out, as in the
// manual's examples.
func (c *Call) answerOpen(n int) {
	s := c.Sockets.Get(n)
	c.Answer("+AIPO", "%d,%d,%s,%d,%d", n, s.LocalPort, Quote(s.Remote), s.RemotePort, s.Protocol)
}

// dialSocket connects to the far end, whose name it replaces by its address.
func (c *Call) dialSocket(e *sockets.Endpoint) (net.Conn, error) {
	addr, err := netip.ParseAddr(e.Remote)
	resolves := c.Args.Number(6) == 1
	switch {
	case err != nil && !resolves:
		return nil, because(IPBind, "%q is not an address; dnr 1 asks the name server for it", e.Remote)
	case err == nil && (addr.IsUnspecified() || !addr.Is4()):
		return nil, because(IPBind, "%s is not the address of a far end", e.Remote)
	}
	timeout := time.Duration(c.Args.Number(5)) * time.Second
	if timeout == 0 {
		timeout = connectTime
	}
	var conn net.Conn
	named := err != nil
	err = c.Await(func(ctx context.Context) (err error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		if named {
			if e.Remote, err = c.LookupHost(ctx, e.Remote); err != nil {
				return because(IPNotRecorded, "%v", err)
			}
		}
		conn, err = c.Dial(ctx, e.Protocol.String(), net.JoinHostPort(e.Remote, strconv.Itoa(e.RemotePort)))
		return dialError(err)
	})
	if err != nil && conn != nil {
		conn.Close()
	}
	return conn, err
}

// dialError is the failure of a connection with the number that +AIPESTAT tells.
func dialError(err error) error {
	if err == nil {
		return nil
	}
	return because(connectNumber(err), "%v", err)
}

// connectNumber is what +AIPESTAT tells of a connection that failed.
func connectNumber(err error) IPError {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return IPRefused
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return IPUnreachable
	case isTimeout(err):
		return IPTimedOut
	}
	return IPConnect
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// resolve asks the name server for the address of a name, or the name of an address.
func resolve(c *Call) error {
	answer := ""
	err := c.Await(func(ctx context.Context) (err error) {
		ctx, cancel := context.WithTimeout(ctx, connectTime)
		defer cancel()
		lookup := c.LookupHost
		if c.Args.Number(0) == 2 {
			lookup = c.LookupAddr
		}
		if answer, err = lookup(ctx, c.Args.Text(1)); err != nil {
			return because(IPNotRecorded, "%v", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.Answer("+AIPDNR", "%s", Quote(answer))
	return nil
}
