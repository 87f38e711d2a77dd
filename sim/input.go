package sim

import (
	"bytes"
	"errors"
	"io"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// input is what came from the host and is not dealt with yet.
type input struct {
	reader   lineReader
	raw      []byte // what the host sent since the last line's end, for the transcript
	echo     []byte // what was echoed of it
	echoCut  bool   // some of the echo was dropped
	heldEcho []byte // of a line whose echo a rule may act on
	pending  []byte // waits for the command before it
	queued   []byte // what input-while-busy kept
	heardCR  bool   // the host has sent a CR
}

// readPort brings the port's events to the owner, one at a time. The port is
// read on while the owner deals with an event, since a command may wait there;
// in an upload it is read on when the server keeps up.
func (m *Modem) readPort() {
	taken := make(chan struct{}, 1)
	release := func() { taken <- struct{}{} }
	pace := newPacer(m.baud)
	for {
		e, err := m.lines.Next()
		for e.Kind == port.Data && len(e.Data) > pace.piece(len(e.Data)) {
			n := pace.piece(len(e.Data))
			first := port.Event{Kind: port.Data, Data: e.Data[:n:n]}
			e.Data = e.Data[n:]
			pace.wait(m.life, n)
			m.post(func() { m.portEvent(first, nil) })
		}
		pace.wait(m.life, len(e.Data))
		m.post(func() {
			if m.data != nil {
				m.data.readOn(release)
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
		m.hostBaud = e.Baud
		m.note(Event{Kind: commands.EventHostOpen})
		if m.power == powerOff && m.state.Settings.Power == scenarios.PowerOpen {
			m.boot(false)
		}
	case port.Data:
		data := m.takeFlowControl(m.atSpeed(e.Data))
		if !m.inData() {
			data = m.heardOf(data)
		}
		m.receive(data)
	case port.Close:
		m.endRow()
		m.transcript.note("host closes the port")
		m.attach(nil)
		m.note(Event{Kind: commands.EventHostClose})
		m.dtrDropped()
	case port.DTR, port.RTS:
		m.hostSignal(e)
	case port.Speed:
		m.transcript.note("host sets %d baud", e.Baud)
		m.hostBaud = e.Baud
		if m.moduleBaud > 0 && m.moduleBaud != e.Baud {
			m.transcript.note("noise from here on: the module's line runs at %d baud", m.moduleBaud)
		}
	case port.Format:
		m.transcript.note("host sets the format %s", e.Format)
		m.format = e.Format
	case port.Break:
		m.transcript.note("host sends a break")
	case port.Notice:
		m.endRow()
		m.transcript.note("%s", e.Text)
		m.log.Warn(e.Text)
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

// receiveBusy takes what the host sends while a command waits. Some commands
// end by it, at the earliest 125 ms after the line (V.250 5.6.1); else it is
// lost, as on the module, unless input-while-busy keeps it for later.
func (m *Modem) receiveBusy(p []byte) {
	if len(p) == 0 || len(p) == 1 && p[0] == m.state.Active.Char(4) { // the LF of CR LF
		return
	}
	m.note(Event{Kind: commands.EventHostEarly})
	switch {
	case m.running != nil && m.running.Abort != nil && time.Since(m.lineEnd) >= abortWindow:
		m.transcript.note("aborted by the host")
		m.interrupt(commands.ErrAborted)
	case m.state.Settings.InputWhileBusy == scenarios.InputWhileBusyQueued && len(m.queued)+len(p) <= highWater:
		m.queued = append(m.queued, p...)
	default:
		m.transcript.note("%d bytes lost, a command was running", len(p))
	}
}

// noteLineFeed looks for a host that ends its lines with LF alone.
func (m *Modem) noteLineFeed(p []byte) {
	if m.inData() || m.script.verdict.lineFeeds || m.heardCR {
		return
	}
	m.heardCR = bytes.IndexByte(p, '\r') >= 0
	if !m.heardCR && m.reader.started() && bytes.IndexByte(p, '\n') >= 0 || !m.heardCR && bytes.HasSuffix(p, []byte("\n")) {
		m.script.verdict.lineFeeds = true
		if len(m.script.rules) == 0 { // else the report says it
			m.log.Warn(lineFeedHint)
		}
	}
}

// receiveByte takes one byte of command mode.
func (m *Modem) receiveByte(b byte) {
	event, echo := m.reader.feed(b, &m.state.Active)
	if len(m.raw) == maxRow {
		m.endRow()
	}
	m.raw = append(m.raw, b)
	switch {
	case !echo || !m.state.Active.Echo:
	case m.holdsEcho():
		m.heldEcho = append(m.heldEcho, b)
	default:
		m.send(faults.Echo, string([]byte{b}))
	}
	switch event {
	case lineStarted:
		m.holdForLine()
	case lineEnded, lineRepeat:
		m.execute(string(m.reader.body))
	case lineTooLong:
		m.releaseEcho()
		m.refuse()
	case lineJunk:
		m.releaseEcho()
		m.endRow()
		m.note(Event{Kind: commands.EventHostJunk})
	default:
		if b == m.state.Active.Char(3) {
			m.releaseEcho()
			m.endRow()
		}
	}
}

// releaseEcho sends the echo that was held for a line that is none.
func (m *Modem) releaseEcho() {
	if len(m.heldEcho) > 0 {
		m.send(faults.Echo, string(m.heldEcho))
		m.heldEcho = nil
	}
}

// maxRow is how much input without an end makes a row of the transcript, in
// bytes.
const maxRow = 4096

// endRow writes the transcript's rows of what the host sent since the last
// one, and of its echo.
func (m *Modem) endRow() {
	if len(m.raw) > 0 {
		m.transcript.host(m.state.Table.MaskLine(string(m.raw), m.secrets))
	}
	switch {
	case len(m.echo) == 0:
	case m.echoCut && m.state.Table.MaskLine(string(m.raw), m.secrets) != string(m.raw):
		m.transcript.modem(commands.Hidden) // the part that came cannot be masked
	default:
		m.transcript.modem(m.state.Table.MaskLine(string(m.echo), m.secrets))
	}
	m.raw, m.echo, m.echoCut = m.raw[:0], m.echo[:0], false
}
