package port

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// speedLook is the time between two reads of the host's speed while the carrier is on: the kernel
// does not report that it changed.
const speedLook = 100 * time.Millisecond

// PTY is a pseudo terminal; the modem holds its master. The slave, which hosts open, is raw from
// the start and again after each last close. It has no modem control lines: an open asserts DTR, a
// last close or speed 0 drops it.
type PTY struct {
	path  string // of the slave
	link  *link  // nil: none
	kept  bool   // the link's path outlives the pty
	conn  syscall.RawConn
	file  *os.File // the master, non-blocking
	wake  chan struct{}
	look  *time.Ticker // runs while the carrier is on
	done  chan struct{}
	ended sync.WaitGroup

	writing sync.Mutex // one Write at a time; taken before mu
	reader  dataReader

	mu      sync.Mutex
	master  int // file's descriptor; valid until closed
	slave   int // our own, so that the master never sees a hang-up; valid until closed
	watch   *watched
	events  queue
	full    bool // the pump stopped at pendingMax
	opens   int  // programs that have the slave open, according to the watch so far
	closing bool // the last host closed, and its bytes may not all be read yet
	open    bool // an Open event was sent, and no Close since
	session int  // number of Open events so far
	lines   circuits
	termios unix.Termios // as last read
	spoke   unix.Termios // the last one with a speed other than 0
	ending  bool         // Close has begun
	closed  bool
	pumps   int // how often the pump ran, for tests
}

// OpenPTY makes a pty that hosts can open at once. Close removes it. A link is made at a path that
// no modem has, and that is free: only the link of a modem that was killed is replaced.
func OpenPTY(o PTYOptions) (*PTY, error) {
	if o.Link == "" {
		return openPTY(o, nil, false)
	}
	l, err := claimLink(o.Link)
	if err != nil {
		return nil, err
	}
	p, err := openPTY(o, l, false)
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	return p, nil
}

// openPTY makes a pty under a link; nil is none. If the path of the link is kept, Close removes the
// link only.
func openPTY(o PTYOptions, l *link, kept bool) (*PTY, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("port: open a pty: %w", err)
	}
	p := &PTY{path: slave.Name(), link: l, kept: kept, master: -1, slave: -1, wake: make(chan struct{}, 1), done: make(chan struct{})}
	p.events = newQueue(&p.mu)
	if err := errors.Join(p.rewrap(master, slave), master.Close(), slave.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("port: open a pty: %w", err), p.release())
	}
	err = p.prepareSlave(o)
	if err == nil && l != nil {
		err = l.lead(p.path)
	}
	if err != nil {
		return nil, errors.Join(err, p.release())
	}
	p.look = time.NewTicker(speedLook)
	p.look.Stop()
	p.ended.Go(p.pumpOnInput)
	p.ended.Go(p.pumpOnWake)
	return p, nil
}

// rewrap duplicates both ends into files of our own with a non-blocking master. creack/pty leaves
// the master blocking, and then deadlines and Close do not interrupt a read.
func (p *PTY) rewrap(master, slave *os.File) (err error) {
	if p.slave, err = dup(slave); err != nil {
		return err
	}
	if p.master, err = dup(master); err != nil {
		return err
	}
	if err = unix.SetNonblock(p.master, true); err != nil {
		return errors.Join(err, unix.Close(p.master))
	}
	p.file = os.NewFile(uintptr(p.master), master.Name())
	p.conn, err = p.file.SyscallConn()
	return err
}

func dup(f *os.File) (int, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return -1, err
	}
	fd := -1
	var dupErr error
	err = conn.Control(func(old uintptr) { fd, dupErr = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0) })
	return fd, errors.Join(err, dupErr)
}

// prepareSlave makes the slave raw, sets its permissions and watches it.
func (p *PTY) prepareSlave(o PTYOptions) error {
	if err := p.makeRaw(false); err != nil {
		return fmt.Errorf("port: set %s raw: %w", p.path, err)
	}
	p.lines.baud = int(p.termios.Ospeed)
	if err := setAccess(p.path, o.Mode, o.Group); err != nil {
		return fmt.Errorf("port: %w", err)
	}
	var err error
	p.watch, err = watchPTY(p.path, p.wakePump)
	return err
}

// Path returns what a host opens: the link if one was asked for, otherwise the slave, such as
// /dev/pts/7.
func (p *PTY) Path() string {
	if p.link != nil {
		return p.link.path
	}
	return p.path
}

// Next implements [Lines].
func (p *PTY) Next() (Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, err := p.events.next()
	if p.full && p.events.cost < pendingMax/2 {
		p.full = false
		p.wakePump()
	}
	return e, err
}

// Settle implements [Settler].
func (p *PTY) Settle() {
	for end := time.Now().Add(settleTime); time.Now().Before(end); time.Sleep(time.Millisecond) {
		p.pump()
		p.mu.Lock()
		settled := p.events.idle && len(p.events.list) == 0 && !p.full || p.events.err != nil
		p.mu.Unlock()
		if settled {
			return
		}
	}
}

// SetSignals implements [Lines]. A pty has no such circuits. While DCD is on, the host's speed is
// read every 100 ms, so that speed 0 is noticed without traffic.
func (p *PTY) SetSignals(s Signals) {
	if s.DCD {
		p.look.Reset(speedLook)
	} else {
		p.look.Stop()
	}
}

// Read returns what the hosts wrote and drops every other event. Use either Read or Next. At the
// end it returns io.EOF.
func (p *PTY) Read(b []byte) (int, error) { return p.reader.read(p, b) }

// Write writes to the host that has the pty open, as the Host of its Open event does. Without a
// host the bytes are dropped.
func (p *PTY) Write(b []byte) (int, error) {
	p.mu.Lock()
	w := ptyWriter{p, p.session}
	p.mu.Unlock()
	return w.Write(b)
}

// Close removes the link and the pty. Before that it gives the host up to 200 ms to read what was
// written, which would be lost with the pty.
func (p *PTY) Close() error {
	p.mu.Lock()
	if p.ending {
		p.mu.Unlock()
		return nil
	}
	p.ending = true
	p.wakeWriter()
	p.mu.Unlock()

	err := p.unlink()
	p.awaitReader(time.Now().Add(closeDrain))
	p.pump()
	close(p.done)
	p.look.Stop()
	err = errors.Join(err, p.release())
	p.ended.Wait()
	return err
}

// unlink removes the link, and gives up its path.
func (p *PTY) unlink() error {
	switch {
	case p.link == nil:
		return nil
	case p.kept:
		return p.link.remove()
	}
	return p.link.release()
}

// release closes the descriptors that are open.
func (p *PTY) release() error {
	p.mu.Lock()
	p.closed = true
	p.events.end(io.EOF)
	p.mu.Unlock()
	if p.watch != nil {
		p.watch.close()
	}
	var err error
	if p.file != nil {
		err = p.file.Close()
	}
	if p.slave >= 0 {
		err = errors.Join(err, unix.Close(p.slave))
	}
	return err
}

// awaitReader waits until the host has read everything or closed, at most until end.
func (p *PTY) awaitReader(end time.Time) {
	for p.unread() && time.Now().Before(end) {
		time.Sleep(time.Millisecond)
	}
}

// unread reports whether a host has the pty open and has not read everything.
func (p *PTY) unread() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.open {
		return false
	}
	// The poll makes the kernel move what was just written to where the count includes it. Its
	// result is of no use: it depends on the host's VMIN.
	_, _ = unix.Poll([]unix.PollFd{{Fd: int32(p.slave), Events: unix.POLLIN}}, 0)
	n, err := unix.IoctlGetInt(p.slave, unix.TIOCINQ)
	return err == nil && n > 0
}
