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
	"github.com/modemsim/modemsim/transcript"
)

// input is what the host has sent and the modem has not taken yet.
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
			if m.ch.data != nil {
				m.ch.data.readOn(release)
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
		m.note(Event{Kind: scenarios.EventHostOpen})
		if m.power == powerOff && m.state.Settings.Power == scenarios.PowerOpen {
			m.boot(false)
		}
	case port.Shared:
		m.ch.breakRow()
		m.transcript.note("the port is opened once more while it is open: what the modem sends goes to whoever reads first")
		m.note(Event{Kind: scenarios.EventHostShared})
	case port.Data:
		data := m.takeFlowControl(m.atSpeed(e.Data))
		if !m.ch.inData() {
			data = m.received(data)
		}
		m.ch.receive(data)
	case port.Close:
		m.ch.breakRow()
		m.transcript.note("host closes the port")
		m.attach(nil)
		if m.ch.prompt != nil {
			m.ch.interrupt(commands.ErrAborted)
		}
		m.note(Event{Kind: scenarios.EventHostClose})
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
		m.ch.breakRow()
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
	m.ch.interrupt(commands.ErrReset)
}

// receiveBusy takes what the host sends while a command waits. It aborts some
// commands, at the earliest 125 ms after the line (V.250 5.6.1). Otherwise it is
// lost, as on the module, unless input-while-busy keeps it for later.
func (c *channel) receiveBusy(p []byte) {
	if p[0] == c.params.Char(4) { // the LF of CR LF
		p = p[1:]
	}
	if len(p) == 0 {
		return
	}
	c.note(Event{Kind: scenarios.EventHostEarly})
	switch {
	case c.abortable() && time.Since(c.lineEnd) >= abortWindow:
		c.transcript.note("aborted by the host")
		c.interrupt(commands.ErrAborted)
		c.queued = append(c.queued, p[1:]...) // one character aborts, what follows is input
	case c.waiting != nil && c.waiting.early == commands.ErrAborted:
		c.queued = append(c.queued, p...)
	case c.state.Settings.InputWhileBusy == scenarios.InputWhileBusyQueued && len(c.queued)+len(p) <= highWater:
		c.queued = append(c.queued, p...)
	default:
		c.transcript.note("%d bytes lost, a command was running", len(p))
	}
}

// abortable reports whether a character of the host ends the running command.
func (c *channel) abortable() bool {
	return c.running != nil && c.running.Abort != nil && c.waiting != nil && c.waiting.early == nil
}

// noteLineFeed detects a host that ends its lines with LF alone.
func (c *channel) noteLineFeed(p []byte) {
	if c.inData() || c.script.verdict.lineFeeds || c.heardCR {
		return
	}
	c.heardCR = bytes.IndexByte(p, '\r') >= 0
	if !c.heardCR && c.reader.started() && bytes.IndexByte(p, '\n') >= 0 || !c.heardCR && bytes.HasSuffix(p, []byte("\n")) {
		c.script.verdict.lineFeeds = true
		if len(c.script.rules) == 0 { // else the report says it
			c.log.Warn(lineFeedHint)
		}
	}
}

// receiveByte takes one byte of command mode.
func (c *channel) receiveByte(b byte) {
	event, echo := c.reader.feed(b, &c.params)
	c.keepRaw(b)
	switch {
	case !echo || !c.params.Echo:
	case c.holdsEcho():
		c.heldEcho = append(c.heldEcho, b)
	default:
		c.send(faults.Echo, string([]byte{b}))
	}
	switch event {
	case lineStarted:
		c.holdForLine()
	case lineEnded, lineRepeat:
		c.execute(string(c.reader.body))
	case lineTooLong:
		c.takeLongLine(string(c.reader.body))
	case lineJunk:
		c.releaseEcho()
		c.endRow()
		c.note(Event{Kind: scenarios.EventHostJunk})
	default:
		if b == c.params.Char(3) {
			c.releaseEcho()
			c.endRow()
		}
	}
}

// takeLongLine runs a line that is longer than the module's limit, if its command
// may have one.
func (c *channel) takeLongLine(body string) {
	if len("AT")+len(body) > min(c.state.Table.Longest(body), keptLine-1) {
		c.releaseEcho()
		c.refuse()
		return
	}
	c.reader.last = body
	c.execute(body)
}

// releaseEcho sends echo held back for input that turned out not to be a command
// line.
func (c *channel) releaseEcho() {
	if len(c.heldEcho) > 0 {
		c.send(faults.Echo, string(c.heldEcho))
		c.heldEcho = nil
	}
}

// maxRow is how much input without an end makes a row of the transcript, in
// bytes.
const maxRow = 4096

// keepRaw keeps a byte of the host for the transcript.
func (c *channel) keepRaw(b byte) {
	if len(c.raw) == maxRow {
		c.breakRow()
	}
	c.raw = append(c.raw, b)
}

// endRow writes the transcript's rows of what the host sent since the last one, and of its echo:
// the line has ended. It returns what was masked of it.
func (c *channel) endRow() (masked []string) { return c.writeRow(false) }

// breakRow is endRow within a line.
func (c *channel) breakRow() { c.writeRow(true) }

func (c *channel) writeRow(open bool) (masked []string) {
	masked = c.transcript.Typed(transcript.Typed{Bytes: c.raw, Echo: c.echo, EchoCut: c.echoCut, Open: open})
	c.raw, c.echo, c.echoCut = c.raw[:0], c.echo[:0], false
	return masked
}
