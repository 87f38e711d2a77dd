package sim

import (
	"errors"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// info writes one frame of information text: CR LF text CR LF, without the
// first pair under V0 (V.250 5.7.1). Several lines share a frame.
func (m *Modem) info(lines ...string) {
	m.send(faults.Information, m.frame(strings.Join(lines, m.lineBreak())))
}

// frame puts text between the line breaks of information text.
func (m *Modem) frame(text string) string {
	if m.state.Active.Verbose {
		return m.lineBreak() + text + m.lineBreak()
	}
	return text + m.lineBreak()
}

// lineBreak is S3 and S4.
func (m *Modem) lineBreak() string {
	p := &m.state.Active
	return string([]byte{p.Char(3), p.Char(4)})
}

// final writes a line's final result for the error that its commands
// returned, unless there is to be none.
func (m *Modem) final(err error) {
	if errors.Is(err, commands.ErrAborted) && m.running.Abort != nil {
		err = m.running.Abort
	}
	var cme commands.CME
	var ip commands.IPError
	switch {
	case err == nil:
		m.result(commands.OK)
	case errors.Is(err, errConnected), errors.Is(err, commands.ErrReset), errors.Is(err, commands.ErrSilent):
	case errors.As(err, &cme) && m.state.Report.CMEE == 1:
		m.resultText(cme.Error())
	case errors.As(err, &cme) && m.state.Report.CMEE == 2:
		m.resultText(`+CME ERROR: "` + cme.Text() + `"`)
	case errors.As(err, &ip) && m.running.IP == commands.Numbered && m.state.Settings.IPError != scenarios.IPErrorPlain:
		m.resultText(strings.Replace(m.state.Settings.IPError, "<id>", strconv.Itoa(int(ip)), 1))
	default:
		m.result(finalOf(err))
	}
}

// finalOf is the result code of an error: ERROR when it names none.
func finalOf(err error) commands.Final {
	var f commands.Final
	if errors.As(err, &f) {
		return f
	}
	return commands.Failed
}

// result writes a result code, but under Q1.
func (m *Modem) result(f commands.Final) {
	if !m.state.Active.Quiet {
		m.send(faults.FinalResult, m.resultFrame(f))
	}
}

// resultFrame is a result code: CR LF word CR LF, or number CR under V0.
func (m *Modem) resultFrame(f commands.Final) string {
	if m.state.Active.Verbose {
		return m.frame(f.String())
	}
	return strconv.Itoa(int(f)) + string(m.state.Active.Char(3))
}

// resultText writes an extended result code, which stays a word under V0
// (27.007 9.1).
func (m *Modem) resultText(text string) {
	if !m.state.Active.Quiet {
		m.send(faults.FinalResult, m.frame(text))
	}
}

// send lets one frame of command mode go out. A host that does not read makes
// whole frames drop, never parts of one.
func (m *Modem) send(part faults.Part, frame string) {
	if m.busy && m.wentDown() && part != faults.Unsolicited {
		return
	}
	if !m.collect(part, frame) {
		m.transmit(part, []byte(frame))
	}
}

// transmit puts bytes of command mode on the wire.
func (m *Modem) transmit(part faults.Part, p []byte) {
	shown := commands.Mask(string(p), m.secrets)
	switch {
	case len(p) == 0:
		return
	case m.writer == nil && part == faults.Echo:
		return
	case m.writer == nil:
		m.transcript.note("dropped, nobody has the port open: %s", escapeBytes(shown))
		return
	case !m.writer.hasRoom(len(p)):
		m.unread += len(p)
		m.echoCut = m.echoCut || part == faults.Echo
		return
	case part == faults.Echo:
		m.echo = append(m.echo, p...)
	default:
		m.transcript.modem(shown)
	}
	m.noteUnread()
	m.toHost(p)
}

// noteUnread tells what was dropped since the host stopped to read.
func (m *Modem) noteUnread() {
	if m.unread > 0 {
		m.transcript.note("dropped %d bytes, the host did not read", m.unread)
		m.unread = 0
	}
}
