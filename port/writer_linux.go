package port

import (
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// writeMax is how much is written at once, in bytes. It is small, so that the pump does not wait
// long for a writer.
const writeMax = 4096

// ptyWriter writes to the hosts of one session of a pty.
type ptyWriter struct {
	p       *PTY
	session int
}

// errHostGone means that the session is over.
var errHostGone = errors.New("the host has closed")

func (w ptyWriter) Write(b []byte) (int, error) {
	n, err := w.write(b)
	if err == errHostGone {
		return len(b), nil
	}
	return n, err
}

func (w ptyWriter) write(b []byte) (n int, err error) {
	p := w.p
	// Checked before locking, since a writer to the next host may hold the lock for long.
	if err := w.check(); err != nil {
		return 0, err
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	if err := w.start(); err != nil {
		return 0, err
	}
	waited := p.conn.Write(func(uintptr) bool {
		for err = nil; n < len(b) && err == nil; {
			var m int
			m, err = w.put(b[n:min(len(b), n+writeMax)])
			n += m
		}
		return err != unix.EAGAIN
	})
	if waited == nil {
		return n, err
	}
	if err := w.check(); err != nil { // woken by wakeWriter
		return n, err
	}
	return n, waited
}

// check returns an error if nothing more can be written in this session.
func (w ptyWriter) check() error {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	return w.state()
}

// state is check with p.mu held.
func (w ptyWriter) state() error {
	p := w.p
	switch {
	case p.ending:
		return net.ErrClosed
	case !p.open || p.closing || p.session != w.session:
		return errHostGone
	}
	return nil
}

// start undoes the wakeWriter of the session before, whose writer has ended since p.writing is
// held. A wakeWriter for this session comes later.
func (w ptyWriter) start() error {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	if err := w.state(); err != nil {
		return err
	}
	return w.p.file.SetWriteDeadline(time.Time{})
}

// put writes as much as there is room for. If the watch already knows that the host has gone, it
// runs the pump first.
func (w ptyWriter) put(b []byte) (int, error) {
	p := w.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watch.pending() {
		p.runPump()
	}
	if err := w.state(); err != nil {
		return 0, err
	}
	for {
		n, err := unix.Write(p.master, b)
		if err == unix.EINTR {
			continue
		}
		if err != nil && err != unix.EAGAIN {
			err = fmt.Errorf("port: %s: write: %w", p.path, err)
			p.events.end(err) // the host lacks bytes: no Close event tells of that
		}
		return max(n, 0), err
	}
}
