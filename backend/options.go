package backend

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"
)

// Intervention is what a fault does to one command. The zero value does nothing.
type Intervention struct {
	Answer  *Reply            // the reply, instead of sending the command
	Swallow bool              // send the command, but drop its final reply
	Rewrite func(Reply) Reply // changes the server's replies to it, preliminary ones included
	Err     error             // the error of the call; nothing is sent

	// Final, if not nil, is asked about the final reply of a transfer once all of its data has passed:
	// what it returns takes the reply's place, and without it none comes. ctx ends with the call and
	// with the session.
	Final func(ctx context.Context, r Reply) (instead Reply, comes bool)
}

// Options are the settings of a [Session]. The zero value is usable.
type Options struct {
	// Dial opens the control and the data connections; nil means a net.Dialer.
	// The control connection's RemoteAddr must be a *net.TCPAddr.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// TLS protects the control and the data connections (RFC 4217: AUTH TLS before anything else,
	// PBSZ 0 and PROT P with the login); nil leaves them unprotected. The certificate must be for
	// ServerName or, if that is empty, for the host of the address. A server that refuses is sent
	// no login.
	TLS *tls.Config

	// Limits of all waits of a session; zero means the default.
	Connect   time.Duration // for opening a connection; 30 s
	ReplyWait time.Duration // for each reply, and for sending a command; 60 s
	DataIdle  time.Duration // for one Read or Write of the data connection; 120 s
	FinalWait time.Duration // for the reply after a download or an aborted transfer; 5 s

	// TrustPASV dials the address in the 227 reply as given. Without it the data
	// connection goes to the control connection's host, at the port of the reply.
	TrustPASV bool

	// Before, if not nil, is called before each command that a method of Session stands for is
	// sent, and decides what happens to it. arg is what follows the verb; that of PASS is masked.
	// Two verbs are not FTP commands: "CONNECT", with the address, before the control connection is
	// opened (an Answer of code 220 replaces the greeting, any other refuses the connection), and
	// "DATA", with the address, before a data connection is opened (only Err counts). Before is not
	// called for what the session sends of its own accord (TYPE I after the login, REST again
	// before a transfer). ctx ends with the call and with the session.
	Before func(ctx context.Context, verb, arg string) Intervention

	// Data, if not nil, wraps each data connection, inside the protection of TLS.
	Data func(net.Conn) net.Conn

	// Trace, if not nil, is called with each line of the control connection as
	// sent and as received, one at a time. The argument of PASS is masked.
	// Trace must not call the session.
	Trace func(out bool, line string)
}

func (o Options) withDefaults() Options {
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	if o.Before == nil {
		o.Before = func(context.Context, string, string) Intervention { return Intervention{} }
	}
	if o.Data == nil {
		o.Data = func(c net.Conn) net.Conn { return c }
	}
	if o.Trace == nil {
		o.Trace = func(bool, string) {}
	}
	for _, limit := range []struct {
		d *time.Duration
		s time.Duration
	}{
		{&o.Connect, 30}, {&o.ReplyWait, 60}, {&o.DataIdle, 120}, {&o.FinalWait, 5},
	} {
		if *limit.d == 0 {
			*limit.d = limit.s * time.Second
		}
	}
	return o
}

// connect opens a connection within the limit Connect.
func (o Options) connect(ctx context.Context, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, o.Connect, ErrTimeout)
	defer cancel()
	conn, err := o.Dial(ctx, "tcp", address)
	if err != nil && context.Cause(ctx) == ErrTimeout {
		err = ErrTimeout
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", address, err)
	}
	return conn, nil
}
