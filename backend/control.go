package backend

import (
	"bytes"
	"fmt"
	"net"
	"time"

	"github.com/jlaffaye/ftp"
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

// loginCodes are the replies with which alone the library goes on with a login. Any 2yz is success
// (RFC 959 4.2), and 202 is one of those to PASS (5.4).
var loginCodes = map[string]int{"PASS": ftp.StatusLoggedIn, "TYPE": ftp.StatusCommandOK}

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
		code := r.Code
		if wanted := loginCodes[c.ex.verb]; wanted != 0 && code/100 == 2 {
			code = wanted
		}
		text := oneLine.Replace(r.Text())
		c.in = fmt.Appendf(nil, "%03d %s\r\n", code, text)
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
