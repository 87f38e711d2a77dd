package backend

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"time"
)

// controlConn is the control connection as the client library sees it. What the
// library writes are commands for the wire; each Read returns one reply to the
// last command.
//
// Write never fails: the library's writer would keep the error and refuse every
// later command. Read returns the error instead.
type controlConn struct {
	net.Conn // for its addresses
	wire     *wire
	out      []byte // an unfinished line
	ex       *exchange
	in       []byte // the rest of the reply
}

func (c *controlConn) Write(p []byte) (int, error) {
	c.out = append(c.out, p...)
	line, rest, whole := bytes.Cut(c.out, []byte("\r\n"))
	if !whole {
		return len(p), nil
	}
	c.ex = c.wire.send(c.wire.current(), string(line))
	c.out = append(c.out[:0], rest...)
	return len(p), nil
}

// Read returns only the decisive line of a reply, so that a stray line can
// never become the answer to the library's next command.
func (c *controlConn) Read(p []byte) (int, error) {
	if len(c.in) == 0 {
		r, err := c.wire.receive(c.ex)
		if err != nil {
			return 0, err
		}
		text := strings.NewReplacer("\r", " ", "\n", " ").Replace(r.Text())
		c.in = fmt.Appendf(nil, "%03d %s\r\n", r.Code, text)
	}
	n := copy(p, c.in)
	c.in = c.in[n:]
	return n, nil
}

// Close does nothing: the session closes the wire.
func (c *controlConn) Close() error { return nil }

// Deadlines are ignored: the wire has limits of its own.

func (c *controlConn) SetDeadline(time.Time) error      { return nil }
func (c *controlConn) SetReadDeadline(time.Time) error  { return nil }
func (c *controlConn) SetWriteDeadline(time.Time) error { return nil }
