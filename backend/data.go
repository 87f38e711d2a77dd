package backend

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// dataConn is a data connection with a limit on each read and write.
type dataConn struct {
	net.Conn           // with the faults around it
	raw      net.Conn  // as dialled
	secure   *tls.Conn // on raw; nil in the clear
	idle     time.Duration
	final    time.Duration // how long the server has to close the connection after an upload
	upload   bool
	silent   chan struct{} // of an upload: closed when nothing more is read from the server
	broken   atomic.Bool   // written bytes were lost
	closed   atomic.Bool   // by us
}

// dialData opens the data connection for the library. address has the control
// connection's host and the port of the 227 reply. It tries once.
func (s *Session) dialData(address string) (net.Conn, error) {
	if s.o.TrustPASV {
		address = s.given
	}
	ctx, cancel := s.wire.bound(s.wire.current().ctx)
	defer cancel()
	iv := s.o.Before(ctx, "DATA", address)
	if iv.Err != nil {
		return nil, iv.Err
	}
	raw, err := s.o.connect(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("data connection: %w", err)
	}
	d := &dataConn{raw: raw, idle: s.o.DataIdle, final: s.o.FinalWait, silent: make(chan struct{})}
	inner := raw
	if s.o.TLS != nil {
		d.secure = tls.Client(raw, s.o.TLS)
		inner = d.secure
	}
	d.Conn = s.o.Data(inner)
	s.mu.Lock()
	s.data = d
	s.mu.Unlock()
	return d, nil
}

func (s *Session) dataConn() *dataConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data
}

func (d *dataConn) Read(p []byte) (int, error) {
	d.Conn.SetReadDeadline(time.Now().Add(d.idle)) // an error shows in the Read
	n, err := d.Conn.Read(p)
	return n, dataError(err)
}

func (d *dataConn) Write(p []byte) (int, error) {
	d.Conn.SetWriteDeadline(time.Now().Add(d.idle)) // an error shows in the Write
	n, err := d.Conn.Write(p)
	if err != nil {
		d.broken.Store(true)
	}
	return n, dataError(err)
}

// agreed is called when the server has agreed to the transfer, which is when
// servers begin TLS on the data connection. If the handshake fails, the first
// Read or Write returns the error.
func (d *dataConn) agreed(ctx context.Context) {
	if d.secure != nil {
		_ = handshake(ctx, d.secure, d.idle)
	}
}

// Close ends the connection. It resets it if written bytes were lost, since the
// server would take a normal end for the end of the file.
func (d *dataConn) Close() error {
	if d.broken.Load() {
		d.reset()
		return nil
	}
	if d.secure != nil && d.upload {
		return d.endUpload()
	}
	d.closed.Store(true)
	return d.Conn.Close()
}

// reset ends the connection so that the server sees an error and not the end of
// the file.
func (d *dataConn) reset() {
	d.closed.Store(true)
	switch raw := d.raw.(type) {
	case interface{ Reset() error }:
		raw.Reset()
	case *net.TCPConn:
		raw.SetLinger(0)
	}
	d.raw.Close()  // first: closing TLS would mark the end of the file
	d.Conn.Close() // errors are ignored: the connection is gone
}

func dataError(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("data connection: %w", ErrTimeout)
	}
	return fmt.Errorf("data connection: %w", err)
}
