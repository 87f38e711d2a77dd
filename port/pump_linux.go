package port

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// pumpOnInput runs the pump whenever the master has input, until the master is closed.
func (p *PTY) pumpOnInput() {
	_ = p.conn.Read(func(uintptr) bool { // ends with an error when Close closes the master
		p.pump()
		return false
	})
}

// pumpOnWake runs the pump whenever wakePump was called: by the watch, by Next when it has made
// room, and for the regular read of the speed.
func (p *PTY) pumpOnWake() {
	for {
		select {
		case <-p.wake:
		case <-p.look.C:
		case <-p.done:
			return
		}
		p.pump()
	}
}

// wakePump makes pumpOnWake run the pump soon. It does not block.
func (p *PTY) wakePump() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// pump queues everything that has happened so far.
func (p *PTY) pump() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runPump()
}

// runPump is pump with p.mu held. Every wake-up runs all of it: only reading the master and the
// watch in turn puts bytes and opens into one order.
func (p *PTY) runPump() {
	p.pumps++
	for more := true; more; {
		if p.closed || p.events.err != nil {
			return
		}
		if p.full = p.events.cost >= pendingMax; p.full {
			return
		}
		var err error
		if more, err = p.batch(); err != nil {
			p.events.end(fmt.Errorf("port: %s: %w", p.path, err))
		}
	}
}

// batch reads the master, then the watch, and queues what they hold in order. It reports whether
// another batch must follow: a last close is queued only after the master was read empty once more
// and the watch then had nothing new, so that all bytes of the host that closed come before it.
func (p *PTY) batch() (more bool, err error) {
	data, dry, err := p.readMaster()
	if err != nil {
		return false, fmt.Errorf("read: %w", err)
	}
	changes, err := p.changes()
	if err != nil {
		return false, err
	}
	if p.closing {
		if len(changes) == 0 && dry {
			return false, p.reportLastBytes(data)
		}
		changes = append([]Kind{Close}, changes...)
	}
	n := len(changes)
	if p.closing = n > 0 && changes[n-1] == Close; p.closing {
		changes = changes[:n-1]
	}
	for _, c := range changes {
		switch c {
		case Open:
			p.reportOpen()
		case Shared:
			p.events.push(Event{Kind: Shared})
		default:
			if err := p.reportClose(true); err != nil {
				return false, err
			}
		}
	}
	return p.closing || !dry, p.reportInput(data)
}

// changes returns the first opens and last closes since the last call, which alternate, and the
// opens between them.
func (p *PTY) changes() ([]Kind, error) {
	seen, err := p.watch.take()
	var list []Kind
	for _, s := range seen {
		switch {
		case s == oneMore && p.opens == 0:
			list = append(list, Open)
		case s == oneMore:
			list = append(list, Shared)
		case s == oneLess && p.opens == 1:
			list = append(list, Close)
		case s == oneLess && p.opens == 0:
			continue // of a program that had it open before the watch began
		}
		p.opens += int(s)
	}
	return list, err
}

// readMaster reads until there is nothing more, which is dry, or until the queue is full.
func (p *PTY) readMaster() (data []byte, dry bool, err error) {
	var buf [4096]byte
	for p.events.cost+len(data) < pendingMax {
		n, err := unix.Read(p.master, buf[:])
		switch {
		case err == unix.EAGAIN:
			return data, true, nil
		case err == unix.EINTR:
		case err != nil:
			return nil, false, err
		default:
			data = append(data, buf[:n]...)
		}
	}
	return data, false, nil
}

func (p *PTY) reportOpen() {
	p.open = true
	p.session++
	p.lines.reset()
	p.events.push(Event{Kind: Open, Host: ptyWriter{p, p.session}, Baud: p.lines.hostBaud()})
}

func (p *PTY) reportLastBytes(data []byte) error {
	if err := p.reportInput(data); err != nil {
		return err
	}
	p.closing = false
	return p.reportClose(false)
}

// reportInput queues the host's bytes, and its speed as read after them.
func (p *PTY) reportInput(data []byte) error {
	t, err := getTermios(p.slave)
	if err != nil {
		return fmt.Errorf("read its settings: %w", err)
	}
	var events []Event
	if t.Ospeed != p.termios.Ospeed {
		events = p.lines.setSpeed(int(t.Ospeed))
	}
	p.saw(t)
	bytes := []Event{}
	if len(data) > 0 {
		bytes = append(bytes, Event{Kind: Data, Data: data})
	}
	if t.Ospeed == 0 {
		events = append(bytes, events...)
	} else {
		events = append(events, bytes...)
	}
	for _, e := range events {
		p.events.push(e)
	}
	return nil
}

func (p *PTY) saw(t *unix.Termios) {
	p.termios = *t
	if t.Ospeed != 0 {
		p.spoke = *t
	}
}

// reportClose ends the session: its writers stop, what the host has not read is dropped, and the
// slave is made raw for the next host. All this happens under p.mu, as each write does, so that no
// byte for this host reaches the next.
func (p *PTY) reportClose(reopened bool) error {
	p.open = false
	p.wakeWriter()
	// The slave is flushed: flushing the master would leave bytes that are on their way.
	if err := unix.IoctlSetInt(p.slave, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		return fmt.Errorf("drop unread output: %w", err)
	}
	if err := p.makeRaw(reopened); err != nil {
		return fmt.Errorf("set raw: %w", err)
	}
	p.events.push(Event{Kind: Close})
	return nil
}

// makeRaw makes the slave raw and undoes speed 0. If it was opened again meanwhile and the settings
// have changed, they may be the new host's and are kept.
func (p *PTY) makeRaw(reopened bool) error {
	t, err := getTermios(p.slave)
	if err != nil || reopened && *t != p.termios {
		return err
	}
	if raw := p.withSpeed(rawMode(*t)); raw != *t {
		if err := setTermios(p.slave, &raw); err != nil {
			return err
		}
		if t, err = getTermios(p.slave); err != nil {
			return err
		}
	}
	p.saw(t)
	return nil
}

// withSpeed returns t, with speed 0 replaced by the last other speed.
func (p *PTY) withSpeed(t unix.Termios) unix.Termios {
	const speedBits = unix.CBAUD | unix.CIBAUD
	if t.Ospeed == 0 {
		t.Cflag = t.Cflag&^speedBits | p.spoke.Cflag&speedBits
		t.Ispeed, t.Ospeed = p.spoke.Ispeed, p.spoke.Ospeed
	}
	return t
}

// wakeWriter makes a Write that waits for room check the state again; p.mu is held.
func (p *PTY) wakeWriter() { _ = p.file.SetWriteDeadline(time.Unix(1, 0)) }
