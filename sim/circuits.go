package sim

import (
	"sync"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim/commands"
)

// circuits is the state of the modem control lines (ITU-T V.24).
type circuits struct {
	shown    port.Signals // as last told to the port
	told     int          // how often the port was told
	latest   latest       // lets only the latest of these take effect
	full     bool         // the receive buffer is nearly full
	sentXOFF bool         // the host was sent XOFF, and no XON since
	dtr      bool         // of the host
	rts      bool         // of the host
	xoff     bool         // the host has sent XOFF
	held     bool         // the host has stopped the output
	waits    bool         // the boot waits for the host's DTR
	format   string       // set by the host; "": 8N1
	owed     *timer       // runs while an OK is owed to a DTR that comes back
}

// signals are the circuits that the modem drives, as &C, &K and &S say. With
// &S1, DSR is on in data mode alone: so the manuals of the Siemens MC55 (4.4)
// and the Wavecom modules (8.9), and that of this one says no more (assumed).
func (m *Modem) signals() port.Signals {
	if m.power == powerOff {
		return port.Signals{}
	}
	p, carrier := &m.ch.params, len(m.ch.streams) > 0
	return port.Signals{
		CTS: m.power == powerOn && !m.waits && m.state.Settings.CTS && !(m.full && p.Flow == commands.FlowRTS),
		DSR: p.DSR == 0 || carrier,
		DCD: p.Carrier == 0 || carrier,
		RI:  m.ringing,
	}
}

// showCircuits tells the port which lines have changed, behind the bytes sent
// before, and holds the output while the host has stopped it.
func (m *Modem) showCircuits() {
	if s := m.signals(); s != m.shown {
		m.shown = s
		m.tellSignals()
	}
	if m.ch.params.Flow != commands.FlowXON {
		m.xoff = false
	}
	if held := m.hostHolds(); held != m.held {
		m.held = held
		if m.writer != nil {
			m.writer.queue.hold(held)
		}
	}
}

// tellSignals tells the port the lines' state: behind the bytes sent before when
// a host has the port open. The writer to a host that has gone may be late.
func (m *Modem) tellSignals() {
	m.told++
	number, s := m.told, m.shown
	tell := func() { m.latest.do(number, func() { m.lines.SetSignals(s) }) }
	if m.writer != nil {
		m.writer.queue.then(tell)
	} else {
		tell()
	}
}

// latest runs numbered functions, except those that come after one with a higher
// number.
type latest struct {
	mu   sync.Mutex
	done int // the highest number
}

func (l *latest) do(number int, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number > l.done {
		l.done = number
		f()
	}
}

// hostHolds reports whether the host has stopped the modem's output.
func (m *Modem) hostHolds() bool {
	switch m.ch.params.Flow {
	case commands.FlowRTS:
		return !m.rts
	case commands.FlowXON:
		return m.xoff
	}
	return false
}

// The characters of software flow control (DC1 and DC3).
const (
	xon  = 0x11
	xoff = 0x13
)

// takeFlowControl obeys XON and XOFF under &K4, and takes them out.
func (m *Modem) takeFlowControl(p []byte) []byte {
	if m.ch.params.Flow != commands.FlowXON {
		return p
	}
	kept := p[:0]
	for _, b := range p {
		switch b {
		case xon, xoff:
			m.xoff = b == xoff
		default:
			kept = append(kept, b)
		}
	}
	return kept
}

// watchBuffer stops the host, by CTS or XOFF, while the receive buffer is more
// than three quarters full, until it is less than a quarter full.
func (d *dataStream) watchBuffer() {
	size := float64(d.c.state.Settings.RxBuffer)
	if d.c.params.Flow == commands.FlowNone || d.c.full || d.level < size*3/4 || size == 0 || d.perByte.Load() == 0 {
		return
	}
	d.c.setFull(true)
	d.awaitRoom(size / 4)
}

// awaitRoom lets the host go on once the receive buffer is down to low bytes.
func (d *dataStream) awaitRoom(low float64) {
	wait := time.Duration(max(1, (d.level-low)*float64(d.perByte.Load())))
	d.c.timers.after(wait, func() {
		if d.over || !d.c.full {
			return
		}
		if d.drain(); d.level > low {
			d.awaitRoom(low)
			return
		}
		d.c.setFull(false)
	})
}

func (m *Modem) setFull(full bool) {
	if m.full == full {
		return
	}
	m.full = full
	switch {
	case full && m.ch.params.Flow == commands.FlowXON:
		m.sentXOFF = true
		m.toHost([]byte{xoff})
	case !full && m.sentXOFF:
		m.sentXOFF = false
		m.toHost([]byte{xon})
	}
}

// hostSignal deals with a modem control line of the host.
func (m *Modem) hostSignal(e port.Event) {
	level := map[bool]string{true: "rises", false: "drops"}[e.On]
	if e.Kind == port.RTS {
		m.transcript.note("RTS %s", level)
		m.rts = e.On
		return
	}
	m.transcript.note("DTR %s", level)
	if m.dtr = e.On; m.dtr {
		m.dtrRisen()
	} else {
		m.dtrDropped()
	}
}

// unplugged is how long DTR is off before the module takes the cable for
// unplugged and owes no result (AT manual, &D).
const unplugged = 2 * time.Second

// dtrDropped acts on a dropped DTR as &D says (V.250 6.3.7 and the AT manual);
// the last close of the port is one too. Outside of data mode there is nothing
// to end. The OK comes when DTR does, if that is soon.
func (m *Modem) dtrDropped() {
	if !m.ch.inData() || m.ch.data.ending && m.ch.params.DTR == 1 {
		return
	}
	switch m.ch.params.DTR {
	case 1:
		m.owe()
		m.ch.suspend()
		m.ch.flushURCs()
	case 2:
		m.owe()
		m.ch.data.drop(commands.Unreachable)
	}
}

// owe promises the host an OK if DTR is back in time.
func (m *Modem) owe() {
	m.forgetPulse()
	if m.writer != nil {
		m.owed = m.timers.after(unplugged, func() {
			m.owed = nil
			m.ch.flushURCs()
		})
	}
}

// dtrRisen ends a DTR pulse. A boot may wait for it.
func (m *Modem) dtrRisen() {
	m.waits = false
	if m.owed != nil {
		m.owed.stop()
		m.owed = nil
		m.ch.result(commands.OK)
		m.ch.flushURCs()
	}
}

// forgetPulse cancels the pending OK.
func (m *Modem) forgetPulse() {
	if m.owed != nil {
		m.owed.stop()
		m.owed = nil
		m.ch.flushURCs()
	}
}
