package port

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Pluggable is a pty that can go away and come back under its link, as a module on a USB cable does: the host's end reads
// end of file, the link is gone, and after a time there is another pty behind it.
type Pluggable struct {
	o PTYOptions

	mu      sync.Mutex
	moved   sync.Cond // pty, or err, has another value
	pty     *PTY      // nil: unplugged
	signals Signals
	err     error // why there will be no other pty
	timer   *time.Timer
	away    sync.WaitGroup // closes of ptys that were taken away
	of      *PTY           // what Next reads
	opened  bool           // Next told an Open of it and no Close
}

// OpenPluggable makes a pty as [OpenPTY] does. Its options must have a link, or hosts would not find it again.
func OpenPluggable(o PTYOptions) (*Pluggable, error) {
	if o.Link == "" {
		return nil, errors.New("port: a pty that can be unplugged needs a link (--link)")
	}
	p, err := OpenPTY(o)
	if err != nil {
		return nil, err
	}
	u := &Pluggable{o: o, pty: p}
	u.moved.L = &u.mu
	return u, nil
}

// Path is the link.
func (u *Pluggable) Path() string { return u.o.Link }

// Unplug takes the pty away for d, at least a moment. While it is away another Unplug is an error.
func (u *Pluggable) Unplug(d time.Duration) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.pty == nil {
		return fmt.Errorf("port: %s is unplugged already", u.o.Link)
	}
	gone := u.pty
	u.pty = nil
	u.moved.Broadcast()
	u.away.Go(func() {
		err := gone.Close()
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.err = errors.Join(u.err, err); u.err != nil {
			u.moved.Broadcast()
			return
		}
		u.timer = time.AfterFunc(d, u.plug)
	})
	return nil
}

// plug brings the pty back.
func (u *Pluggable) plug() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.err != nil {
		return
	}
	u.pty, u.err = OpenPTY(u.o)
	if u.err == nil {
		u.pty.SetSignals(u.signals)
	}
	u.moved.Broadcast()
}

// Next is that of [Lines]. A host that had the pty open when it went away is told as closed.
func (u *Pluggable) Next() (Event, error) {
	for {
		if u.opened && u.left(u.of) {
			u.opened = false
			return Event{Kind: Close}, nil
		}
		p, err := u.present()
		if err != nil {
			return Event{}, err
		}
		u.of = p
		e, err := p.Next()
		if err == nil {
			u.opened = e.Kind == Open || u.opened && e.Kind != Close
			return e, nil
		}
		if err != io.EOF || !u.left(p) {
			return Event{}, err
		}
	}
}

// present waits for a pty that is plugged in.
func (u *Pluggable) present() (*PTY, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for u.pty == nil && u.err == nil {
		u.moved.Wait()
	}
	return u.pty, u.err
}

// left reports whether p has been taken away.
func (u *Pluggable) left(p *PTY) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.pty != p
}

// Settle is that of the pty that is plugged in.
func (u *Pluggable) Settle() {
	u.mu.Lock()
	p := u.pty
	u.mu.Unlock()
	if p != nil {
		p.Settle()
	}
}

// SetSignals is that of [Lines].
func (u *Pluggable) SetSignals(s Signals) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.signals = s
	if u.pty != nil {
		u.pty.SetSignals(s)
	}
}

// Read gives what the hosts wrote to the pty that is plugged in; see [PTY.Read].
func (u *Pluggable) Read(b []byte) (int, error) {
	p, err := u.present()
	if err != nil {
		return 0, err
	}
	return p.Read(b)
}

// Write writes to the host that has the pty open; with none, or unplugged, the bytes are dropped.
func (u *Pluggable) Write(b []byte) (int, error) {
	u.mu.Lock()
	p, err := u.pty, u.err
	u.mu.Unlock()
	if p == nil {
		return len(b), err
	}
	return p.Write(b)
}

// Close removes the link and the pty, for good.
func (u *Pluggable) Close() error {
	u.mu.Lock()
	p := u.pty
	if u.err == nil {
		u.err = io.EOF
	}
	if u.timer != nil {
		u.timer.Stop()
	}
	u.moved.Broadcast()
	u.mu.Unlock()
	var err error
	if p != nil {
		err = p.Close()
	}
	u.away.Wait()
	return err
}
