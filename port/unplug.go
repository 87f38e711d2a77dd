package port

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Pluggable is a pty that can go away and come back under its link, as a module on a USB cable
// does: the host reads end of file, the link is gone, and some time later it leads to another pty.
type Pluggable struct {
	o PTYOptions

	mu      sync.Mutex
	link    *link     // held while the pty is away too
	moved   sync.Cond // signals that pty or err has changed
	pty     *PTY      // nil while unplugged
	signals Signals
	err     error // why there will not be another pty
	closed  bool
	timer   *time.Timer
	away    sync.WaitGroup // running closes of ptys that were taken away
	of      *PTY           // the pty that Next reads
	opened  bool           // Next returned an Open of it and no Close since
}

// OpenPluggable makes a pty as [OpenPTY] does. The options must name a link, or hosts would not
// find the pty again.
func OpenPluggable(o PTYOptions) (*Pluggable, error) {
	if o.Link == "" {
		return nil, errors.New("port: a pty that can be unplugged needs a link (--link)")
	}
	l, err := claimLink(o.Link)
	if err != nil {
		return nil, err
	}
	u := &Pluggable{o: o, link: l}
	u.moved.L = &u.mu
	if u.pty, err = openPTY(o, l, true); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return u, nil
}

// Path returns the path of the link.
func (u *Pluggable) Path() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.link.path
}

// Unplug implements [Unplugger]. It is an error while the pty is away, and when no other name can
// be had. The other name counts on: modem-link comes back as modem-link1, and then as modem-link
// again.
func (u *Pluggable) Unplug(d time.Duration, renamed bool) (path string, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.pty == nil {
		return "", fmt.Errorf("port: %s is unplugged already", u.link.path)
	}
	var left *link
	if renamed {
		other, err := u.otherLink()
		if err != nil {
			return "", err
		}
		left, u.link = u.link, other
	}
	gone := u.pty
	u.pty = nil
	u.moved.Broadcast()
	u.away.Go(func() {
		err := gone.Close()
		if left != nil {
			err = errors.Join(err, left.release())
		}
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.err = errors.Join(u.err, err); u.err != nil {
			u.moved.Broadcast()
			return
		}
		u.timer = time.AfterFunc(d, u.plug)
	})
	return u.link.path, nil
}

// maxNames is how many names are tried.
const maxNames = 100

// otherLink claims another path: the first one, or one that counts on from it.
func (u *Pluggable) otherLink() (*link, error) {
	var err error
	for n := range maxNames {
		path := countOn(u.o.Link, n)
		if path == u.link.path {
			continue
		}
		var l *link
		if l, err = claimLink(path); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// countOn adds n to the number at the end of a path; a path without one has the number 0.
func countOn(path string, n int) string {
	name := strings.TrimRight(path, "0123456789")
	number, err := strconv.Atoi(path[len(name):])
	switch {
	case n == 0:
		return path
	case err != nil && name != path: // a number too large to count on
		return path + "-" + strconv.Itoa(n)
	}
	return name + strconv.Itoa(number+n)
}

// plug brings the pty back.
func (u *Pluggable) plug() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.err != nil {
		return
	}
	u.pty, u.err = openPTY(u.o, u.link, true)
	if u.err == nil {
		u.pty.SetSignals(u.signals)
	}
	u.moved.Broadcast()
}

// Next implements [Lines]. A host that had the pty open when it went away is reported as closed.
func (u *Pluggable) Next() (Event, error) {
	for {
		if u.opened && u.wasUnplugged(u.of) {
			u.opened = false
			return Event{Kind: Close}, nil
		}
		p, err := u.awaitPTY()
		if err != nil {
			return Event{}, err
		}
		u.of = p
		e, err := p.Next()
		if err == nil {
			u.opened = e.Kind == Open || u.opened && e.Kind != Close
			return e, nil
		}
		if err != io.EOF || !u.wasUnplugged(p) {
			return Event{}, err
		}
	}
}

// awaitPTY waits for a pty that is plugged in.
func (u *Pluggable) awaitPTY() (*PTY, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for u.pty == nil && u.err == nil {
		u.moved.Wait()
	}
	return u.pty, u.err
}

// wasUnplugged reports whether p has been taken away.
func (u *Pluggable) wasUnplugged(p *PTY) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.pty != p
}

// Settle implements [Settler].
func (u *Pluggable) Settle() {
	u.mu.Lock()
	p := u.pty
	u.mu.Unlock()
	if p != nil {
		p.Settle()
	}
}

// SetSignals implements [Lines].
func (u *Pluggable) SetSignals(s Signals) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.signals = s
	if u.pty != nil {
		u.pty.SetSignals(s)
	}
}

// Read returns what the hosts wrote to the pty that is plugged in; see [PTY.Read].
func (u *Pluggable) Read(b []byte) (int, error) {
	p, err := u.awaitPTY()
	if err != nil {
		return 0, err
	}
	return p.Read(b)
}

// Write writes to the host that has the pty open. Without a host, or while unplugged, the bytes are
// dropped.
func (u *Pluggable) Write(b []byte) (int, error) {
	u.mu.Lock()
	p, err := u.pty, u.err
	u.mu.Unlock()
	if p == nil {
		return len(b), err
	}
	return p.Write(b)
}

// Close removes the link and the pty. It does not come back.
func (u *Pluggable) Close() error {
	u.mu.Lock()
	p, again := u.pty, u.closed
	u.closed = true
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
	if again {
		return err
	}
	return errors.Join(err, u.link.release())
}
