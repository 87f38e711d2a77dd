package port

import (
	"errors"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// writeMax is how much is written at once, so that the pump need not wait long for a writer.
const writeMax = 4096

// ptyWriter is the output to the hosts of one session of a pty.
type ptyWriter struct {
	p       *PTY
	session int
}

// errHostGone: the session is over.
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
	if err := w.check(); err != nil { // before writing, since a writer to the next host may hold it for long
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
	if err := w.check(); err != nil { // why it was woken
		return n, err
	}
	return n, waited
}

// check says why nothing more can be written for this session.
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

// start takes back the last session's wakeWriter. Its writer has ended, since p.writing is held; one for this session comes later.
func (w ptyWriter) start() error {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	if err := w.state(); err != nil {
		return err
	}
	return w.p.file.SetWriteDeadline(time.Time{})
}

// put writes what there is room for. The watch may know already that the host has gone; then the pump goes first.
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
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
