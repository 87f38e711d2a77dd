package sim_test

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/modemsim/modemsim/backend/memnet"
)

// datagrams is a network with one far end that takes datagrams and sends some.
type datagrams struct {
	named
	conn *datagramConn
}

func newDatagrams() *datagrams {
	d := &datagrams{named{memnet.New()}, new(datagramConn)}
	d.conn.cond.L = &d.conn.mu
	return d
}

func (d *datagrams) DialContext(context.Context, string, string) (net.Conn, error) {
	return d.conn, nil
}

// take returns what has come.
func (d *datagrams) take() []string {
	d.conn.mu.Lock()
	defer d.conn.mu.Unlock()
	return d.conn.got
}

// A datagramConn keeps what is written and gives what its far end sends.
type datagramConn struct {
	net.Conn
	mu     sync.Mutex
	cond   sync.Cond
	got    []string
	coming []string
	closed bool
}

func (c *datagramConn) sends(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coming = append(c.coming, text)
	c.cond.Broadcast()
}

func (c *datagramConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.coming) == 0 && !c.closed {
		c.cond.Wait()
	}
	if c.closed {
		return 0, net.ErrClosed
	}
	n := copy(p, c.coming[0])
	c.coming = c.coming[1:]
	return n, nil
}

func (c *datagramConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, string(p))
	return len(p), nil
}

func (c *datagramConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.cond.Broadcast()
	return nil
}

func (*datagramConn) SetReadDeadline(time.Time) error { return nil }
