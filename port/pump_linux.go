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

// pumpOnWake runs the pump for the watch, for Next when it made room, and for the look at the speed.
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

// wakePump lets pumpOnWake run the pump soon; it does not block.
func (p *PTY) wakePump() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// pump brings the events up to date.
func (p *PTY) pump() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runPump()
}

// runPump is pump with p.mu held. Whoever wakes runs it, since only reading the master and the watch in turn gives their bytes and opens one order.
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

// batch reads the master, then the watch, and tells what they hold in order. It reports whether another batch must follow: a last close is told only
// when the watch was silent after the master was read dry once more, so that the bytes before it are all of the host that closed.
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
			return false, p.tellLastWords(data)
		}
		changes = append([]Kind{Close}, changes...)
	}
	n := len(changes)
	if p.closing = n > 0 && changes[n-1] == Close; p.closing {
		changes = changes[:n-1]
	}
	for _, c := range changes {
		if c == Open {
			p.tellOpen()
		} else if err := p.tellClose(true); err != nil {
			return false, err
		}
	}
	return p.closing || !dry, p.tellInput(data)
}

// changes takes from the watch the first opens and last closes; they alternate.
func (p *PTY) changes() ([]Kind, error) {
	seen, err := p.watch.take()
	var list []Kind
	for _, s := range seen {
		switch {
		case s == oneMore && p.opens == 0:
			list = append(list, Open)
		case s == oneLess && p.opens == 1:
			list = append(list, Close)
		case s == oneLess && p.opens == 0:
			continue // of one that was open before the watch
		}
		p.opens += int(s)
	}
	return list, err
}

// readMaster reads until there is nothing more, or until the events are at their limit.
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

func (p *PTY) tellOpen() {
	p.open = true
	p.session++
	p.lines.reset()
	p.events.push(Event{Kind: Open, Host: ptyWriter{p, p.session}, Baud: p.lines.hostBaud()})
}

func (p *PTY) tellLastWords(data []byte) error {
	if err := p.tellInput(data); err != nil {
		return err
	}
	p.closing = false
	return p.tellClose(false)
}

// tellInput tells the host's bytes and its speed, looked at after they were read.
func (p *PTY) tellInput(data []byte) error {
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

// tellClose ends the session: its writers stop, what the host has not read is dropped, and the next one finds the slave raw. All this is under p.mu, as
// each write is, so that no byte for this host reaches the next.
func (p *PTY) tellClose(reopened bool) error {
	p.open = false
	p.wakeWriter()
	// On the slave: the master's flush would leave what is on its way.
	if err := unix.IoctlSetInt(p.slave, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		return fmt.Errorf("drop unread output: %w", err)
	}
	if err := p.makeRaw(reopened); err != nil {
		return fmt.Errorf("set raw: %w", err)
	}
	p.events.push(Event{Kind: Close})
	return nil
}

// makeRaw sets the slave raw and undoes speed 0. When it was opened again meanwhile and the settings have changed, they may be the new host's and stay.
func (p *PTY) makeRaw(reopened bool) error {
	t, err := getTermios(p.slave)
	if err != nil || reopened && *t != p.termios {
		return err
	}
	if raw := p.withSpeed(rawed(*t)); raw != *t {
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

// withSpeed is t with the last speed at which a host could talk when it has speed 0.
func (p *PTY) withSpeed(t unix.Termios) unix.Termios {
	const speedBits = unix.CBAUD | unix.CIBAUD
	if t.Ospeed == 0 {
		t.Cflag = t.Cflag&^speedBits | p.spoke.Cflag&speedBits
		t.Ispeed, t.Ospeed = p.spoke.Ispeed, p.spoke.Ospeed
	}
	return t
}

// wakeWriter lets a Write that waits for room look at what has changed; p.mu is held.
func (p *PTY) wakeWriter() { _ = p.file.SetWriteDeadline(time.Unix(1, 0)) }
