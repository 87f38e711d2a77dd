package sim

import (
	"errors"
	"io"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// readPort brings the port's events to the owner, one at a time. The port is
// read on while the owner deals with an event, since a command may wait there;
// in an upload it is read on when the server keeps up.
func (m *Modem) readPort() {
	taken := make(chan struct{}, 1)
	release := func() { taken <- struct{}{} }
	for {
		e, err := m.lines.Next()
		m.post(func() {
			if m.online != nil && m.online.upload != nil {
				m.online.upload.queue.whenRoom(release)
			} else {
				release()
			}
			m.portEvent(e, err)
		})
		if err != nil {
			return
		}
		select {
		case <-taken:
		case <-m.done:
			return
		}
	}
}

// portEvent deals with one event of the port.
func (m *Modem) portEvent(e port.Event, err error) {
	if err != nil {
		m.portGone(err)
		return
	}
	switch e.Kind {
	case port.Open:
		m.transcript.note("host opens the port")
		m.attach(e.Host)
		m.emit(Event{Kind: commands.EventHostOpen})
		if m.power == powerOff && m.state.Settings.Power == scenarios.PowerOpen {
			m.boot(false)
		}
	case port.Data:
		m.receive(m.faults.Input(e.Data))
	case port.Close:
		m.endRow()
		m.transcript.note("host closes the port")
		m.attach(nil)
		m.emit(Event{Kind: commands.EventHostClose})
		m.dtrDropped()
	case port.DTR:
		if !e.On {
			m.transcript.note("DTR drops")
			m.dtrDropped()
		}
	case port.Speed:
		m.transcript.note("host sets %d baud", e.Baud)
	}
}

// portGone ends the modem: it cannot go on without a wire.
func (m *Modem) portGone(err error) {
	if !errors.Is(err, io.EOF) {
		m.log.Error("the port failed", "error", err)
		m.transcript.note("the port failed: %v", err)
	}
	m.stopping = true
	m.interrupt(commands.ErrReset)
}

// receive takes bytes from the host in their order, each in the state that the
// ones before it left.
func (m *Modem) receive(p []byte) {
	if m.power != powerOn {
		m.transcript.note("%d bytes lost, the module is not up", len(p))
		return
	}
	if m.busy {
		m.receiveBusy(p)
		return
	}
	m.pending = append(m.pending, p...)
	for len(m.pending) > 0 {
		if m.inData() {
			m.receiveData(m.takePending())
			continue
		}
		b := m.pending[0]
		m.pending = m.pending[1:]
		m.receiveByte(b)
	}
}

// takePending empties the input that waits.
func (m *Modem) takePending() []byte {
	p := m.pending
	m.pending = nil
	return p
}

// receiveBusy takes what the host sends while a command waits. Some commands
// end by it, at the earliest 125 ms after the line (V.250 5.6.1); else it is
// lost, as on the module, unless input-while-busy keeps it for later.
func (m *Modem) receiveBusy(p []byte) {
	switch {
	case len(p) == 0:
	case m.running != nil && m.running.Abort != nil && time.Since(m.lineEnd) >= abortWindow:
		m.transcript.note("aborted by the host")
		m.interrupt(commands.ErrAborted)
	case m.state.Settings.InputWhileBusy == scenarios.InputWhileBusyQueued:
		m.queued = append(m.queued, p...)
	case len(p) == 1 && p[0] == m.state.Active.S[4]: // the LF of CR LF
	default:
		m.transcript.note("%d bytes lost, a command was running", len(p))
	}
}

// receiveByte takes one byte of command mode.
func (m *Modem) receiveByte(b byte) {
	event, echo := m.reader.feed(b, &m.state.Active)
	m.raw = append(m.raw, b)
	if echo && m.state.Active.Echo {
		m.send(faults.Echo, string(b))
	}
	switch event {
	case lineStarted:
		m.holdForLine()
	case lineEnded, lineRepeat:
		m.execute(string(m.reader.body))
	case lineTooLong:
		m.refuse()
	case lineJunk:
		m.endRow()
		m.emit(Event{Kind: commands.EventHostJunk})
	default:
		if b == m.state.Active.S[3] {
			m.endRow()
		}
	}
}

// endRow writes the transcript's rows of what the host sent since the last
// one, and of its echo.
func (m *Modem) endRow() {
	if len(m.raw) > 0 {
		m.transcript.host(commands.MaskLine(string(m.raw), m.secrets))
	}
	if len(m.echo) > 0 {
		m.transcript.modem(commands.MaskLine(string(m.echo), m.secrets))
	}
	m.raw, m.echo = m.raw[:0], m.echo[:0]
}

// dtrDropped acts on a dropped DTR as &D says (V.250 6.1.1); the last close of
// the port is one too. Outside of data mode there is nothing to end.
func (m *Modem) dtrDropped() {
	if !m.inData() {
		return
	}
	switch m.state.Active.DTR {
	case 1:
		m.suspend()
	case 2:
		m.dropOnline(hungUp)
	}
}
