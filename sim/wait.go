package sim

import (
	"context"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
)

// abortWindow is how long after a line's terminator a character does not
// abort: the LF of CR LF must not (V.250 5.6.1).
const abortWindow = 125 * time.Millisecond

// A wait is one wait of a command handler.
type wait struct {
	over   bool
	err    error     // how it ended
	early  error     // why it was ended early
	cancel func()    // ends what it waits for
	until  time.Time // it lasts until then, unless it is ended early; zero: that is not known
}

// finish ends the wait.
func (w *wait) finish(err error) { w.over, w.err = true, err }

// mayWait returns why nothing may wait now, if that is so.
func (c *channel) mayWait() error {
	switch {
	case c.stopping:
		return commands.ErrReset
	case c.besideLine || !c.busy:
		return errNoLine
	}
	return nil
}

// serve lets the modem go on until the wait is over. Only a command handler
// waits, so there is never more than one wait.
func (c *channel) serve(w *wait) error {
	c.waiting = w
	c.takeInput()
	for !w.over {
		c.step()
	}
	c.waiting = nil
	c.timers.chain = 0 // time has passed
	if w.early != nil {
		return w.early
	}
	return w.err
}

// interrupt ends the running command's wait early, if it is waiting.
func (c *channel) interrupt(why error) {
	if w := c.waiting; w != nil && !w.over && w.early == nil {
		w.early = why
		w.cancel()
	}
}

// sleep waits for d of modem time; see [commands.Engine].
func (c *channel) sleep(d time.Duration) error {
	if err := c.mayWait(); err != nil {
		return err
	}
	w := &wait{until: time.Now().Add(c.clock.real(d))}
	t := c.timers.after(c.clock.real(d), func() { w.finish(nil) })
	w.cancel = func() { t.stop(); w.finish(nil) }
	return c.serve(w)
}

// Await implements [commands.Engine]. A wait that is ended early still lasts until
// work has returned, so that nothing it has made is lost.
func (m engine) Await(work func(context.Context) error) error {
	if err := m.mayWait(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(m.life)
	defer cancel()
	w := &wait{cancel: cancel}
	m.beside(func() {
		err := work(ctx)
		m.post(func() { w.finish(err) })
	})
	return m.serve(w)
}
