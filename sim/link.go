package sim

import (
	"context"
	"slices"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
)

// A link is a stream that runs beside command mode: the flow between its far end and
// the commands that the host has for it.
type link struct {
	*flow
	carried commands.Carried
	ask     func() // asks for more; nil: nothing waits for room
}

var _ hostSide = (*link)(nil)

// A sending stream tells what of the host's is on its way.
type sending struct {
	commands.Carried
	sent func(bytes int)
}

func (s sending) Write(p []byte) (int, error) {
	n, err := s.Carried.Write(p)
	s.sent(n)
	return n, err
}

// Carry implements [commands.Engine].
func (m engine) Carry(s commands.Carried) {
	l := &link{carried: s}
	sent := func(bytes int) {
		m.post(func() {
			if !l.over {
				s.Sent(bytes)
			}
		})
	}
	l.flow = m.newFlow(sending{s, sent}, l, s.Receive)
	m.links = append(m.links, l)
	l.start()
}

// link is the one that carries a stream, or nil.
func (c *channel) link(s commands.Carried) *link {
	i := slices.IndexFunc(c.links, func(l *link) bool { return l.carried == s })
	if i < 0 {
		return nil
	}
	return c.links[i]
}

// passTime is how long Pass waits for a far end that takes nothing.
const passTime = 100 * time.Millisecond

// Pass implements [commands.Engine].
func (m engine) Pass(s commands.Carried, p []byte) error {
	l := m.link(s)
	if l == nil {
		return commands.ErrBearer
	}
	l.carry(l.fromHost, p)
	if l.over || len(l.fromHost.parked) > 0 {
		return nil
	}
	written := make(chan struct{})
	l.queue.then(func() { close(written) })
	return m.Await(func(ctx context.Context) error {
		select {
		case <-written:
		case <-l.ctx.Done():
		case <-ctx.Done():
		case <-time.After(passTime):
		}
		return nil
	})
}

// TakeMore implements [commands.Engine].
func (m engine) TakeMore(s commands.Carried) {
	if l := m.link(s); l != nil && l.ask != nil && !s.Full() {
		ask := l.ask
		l.ask = nil
		m.whenShown(ask)
	}
}

// whenRoom implements [hostSide]: when the host has been shown what came before.
func (l *link) whenRoom(more func()) {
	if l.carried.Full() {
		l.ask = more
		return
	}
	l.c.whenShown(more)
}

func (l *link) advanced()        {}
func (l *link) limit() int64     { return chunkSize }
func (l *link) behindEnd([]byte) {}

// ended implements [hostSide].
func (l *link) ended(_ string, err error) {
	if !l.over {
		l.afterwards(l.toHost, func() { l.lose(commands.Ended, err) })
	}
}

// cutOff implements [hostSide].
func (l *link) cutOff() { l.lose(commands.Cut, errCut) }

// lose forgets a link that its host has not ended.
func (l *link) lose(why commands.Cause, err error) {
	reason := why.String()
	if err != nil {
		reason = err.Error()
	}
	l.c.transcript.note("%s ended by %s: %s", l.traits.Kind, reason, l.passed())
	l.forget()
	l.cancel()
	l.carried.Left(why, l.settled)
}

// forget leaves a link for good.
func (l *link) forget() {
	l.over = true
	l.tellMissed()
	l.closeQueue()
	l.c.links = slices.DeleteFunc(l.c.links, func(other *link) bool { return other == l })
}

// dropLinks ends all links before their time.
func (c *channel) dropLinks(why commands.Cause) {
	for len(c.links) > 0 {
		l := c.links[0]
		l.settle(func() { l.Abort(why) })
		l.lose(why, nil)
	}
}

// EndStream implements [commands.Engine].
func (m engine) EndStream(s commands.Stream) {
	for _, l := range slices.Clone(m.links) {
		if l.carried == s {
			l.leave()
			l.forget()
		}
	}
	for _, d := range slices.Clone(m.streams) {
		if d.Stream == s {
			d.leave()
			d.forget()
			m.tellOutcome()
		}
	}
}

// leaveTime is how long a far end has to take what the host has sent before the end.
const leaveTime = 5 * time.Second

// leave ends a flow in good order beside the modem: the far end gets what is on its
// way to it, if it takes that in time.
func (f *flow) leave() {
	f.c.transcript.note("%s closed: %s", f.traits.Kind, f.passed())
	if n := f.fromHost.waiting(); n > 0 {
		f.c.transcript.note("%d bytes lost, which had not passed before the close", n)
	}
	f.over, f.whole = true, true
	f.closeQueue()
	f.settle(func() {
		select {
		case <-f.emptied:
		case <-time.After(leaveTime):
		case <-f.c.life.Done():
		}
		f.Abort(commands.HungUp)
		f.cancel()
	})
}
