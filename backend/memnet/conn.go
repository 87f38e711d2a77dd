package memnet

import (
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// Conn is one end of a connection. Each direction buffers at most 64 KiB; a Write beyond that waits
// for the reader. All methods may be called from several goroutines.
type Conn struct {
	in, out       *stream
	local, remote *net.TCPAddr
	release       func() // called when one end was closed: the network may forget the connection
}

// newPair returns the two ends of a connection. near is the address of the first end and far that
// of the second.
func newPair(near, far *net.TCPAddr) (dialled, accepted *Conn) {
	there, back := newStream(), newStream()
	dialled = &Conn{in: back, out: there, local: near, remote: far}
	accepted = &Conn{in: there, out: back, local: far, remote: near}
	return dialled, accepted
}

// Read waits for at least one byte. It returns io.EOF once the other end has closed and everything
// that it wrote was read, syscall.ECONNRESET at once after a [Conn.Reset] of the other end, and
// net.ErrClosed after a Close of this one.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	if err != nil && err != io.EOF {
		err = c.opError("read", err)
	}
	return n, err
}

// Write waits until all of p is in the buffer. After the other end has closed the error is
// syscall.EPIPE, after its [Conn.Reset] syscall.ECONNRESET, after a Close of this end
// net.ErrClosed; n bytes were written by then.
func (c *Conn) Write(p []byte) (n int, err error) {
	n, err = c.out.write(p)
	if err != nil {
		err = c.opError("write", err)
	}
	return n, err
}

// CloseWrite ends this direction: the other end reads what was written, then io.EOF. Reading goes
// on.
func (c *Conn) CloseWrite() error {
	if !c.out.closeWrite(syscall.EPIPE) {
		return c.opError("close", net.ErrClosed)
	}
	return nil
}

// Close ends both directions. The other end still reads what was written here, and its writes fail;
// what it wrote and nobody read is lost. A second Close returns net.ErrClosed.
func (c *Conn) Close() error {
	open := c.in.closeRead(syscall.EPIPE)
	c.out.closeWrite(net.ErrClosed)
	c.release()
	if !open {
		return c.opError("close", net.ErrClosed)
	}
	return nil
}

// Unread returns the number of bytes written here that the other end has not read.
func (c *Conn) Unread() int { return c.out.unread() }

// Reset ends the connection as a TCP RST does: what is buffered either way is lost, and the other
// end's reads and writes fail with syscall.ECONNRESET. A Reset after Close still reaches the other
// end.
func (c *Conn) Reset() error {
	c.in.reset(net.ErrClosed, syscall.ECONNRESET)
	c.out.reset(syscall.ECONNRESET, net.ErrClosed)
	c.release()
	return nil
}

// sever resets the connection under both ends.
func (c *Conn) sever() {
	c.in.reset(syscall.ECONNRESET, syscall.ECONNRESET)
	c.out.reset(syscall.ECONNRESET, syscall.ECONNRESET)
}

// LocalAddr returns this end's address, a *net.TCPAddr. For an accepted connection it is the
// address that was dialled.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the other end's address, a *net.TCPAddr.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets the deadlines of Read and Write.
func (c *Conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline sets the time after which a waiting Read and later ones return
// os.ErrDeadlineExceeded. The zero time means no deadline.
func (c *Conn) SetReadDeadline(t time.Time) error {
	if !c.in.setReadDeadline(t) {
		return c.opError("set", net.ErrClosed)
	}
	return nil
}

// SetWriteDeadline does for Write what SetReadDeadline does for Read.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	if !c.out.setWriteDeadline(t) {
		return c.opError("set", net.ErrClosed)
	}
	return nil
}

func (c *Conn) opError(op string, err error) error { return opError("tcp", op, c.local, c.remote, err) }

// opError returns the error of an operation as package net has it.
func opError(network, op string, local, remote net.Addr, err error) error {
	if errno, ok := err.(syscall.Errno); ok {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: network, Source: local, Addr: remote, Err: err}
}
