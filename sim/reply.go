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
func (c *channel) info(lines ...string) {
	c.send(faults.Information, c.frame(strings.Join(lines, c.lineBreak())))
}

// frame puts text between the line breaks of information text.
func (c *channel) frame(text string) string {
	if c.params.Verbose {
		return c.lineBreak() + text + c.lineBreak()
	}
	return text + c.lineBreak()
}

// lineBreak is the characters of S3 and S4.
func (c *channel) lineBreak() string {
	p := &c.params
	return string([]byte{p.Char(3), p.Char(4)})
}

// final writes a line's final result for the error that its commands
// returned, unless there is to be none.
func (c *channel) final(err error) {
	if errors.Is(err, commands.ErrAborted) && c.running != nil && c.running.Abort != nil {
		err = c.running.Abort
	}
	if err == nil {
		c.result(commands.OK)
		return
	}
	var cme commands.CME
	var cms commands.CMS
	var ip commands.IPError
	switch {
	case errors.Is(err, errConnected), errors.Is(err, commands.ErrReset), errors.Is(err, commands.ErrSilent):
	case errors.As(err, &cme) && c.state.Report.CMEE == 1:
		c.resultText(cme.Error())
	case errors.As(err, &cme) && c.state.Report.CMEE == 2:
		c.resultText(`+CME ERROR: "` + cme.Text() + `"`)
	case errors.As(err, &cms):
		c.resultText(cms.Error())
	case errors.As(err, &ip) && c.running.IP == commands.Numbered && c.state.Settings.IPError != scenarios.IPErrorPlain:
		c.resultText(strings.Replace(c.state.Settings.IPError, "<id>", strconv.Itoa(int(ip)), 1))
	default:
		c.result(finalOf(err))
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

// result writes a result code, except under Q1.
func (c *channel) result(f commands.Final) {
	if !c.params.Quiet {
		c.send(faults.FinalResult, c.resultFrame(f))
	}
}

// resultFrame is a result code: CR LF word CR LF, or number CR under V0.
func (c *channel) resultFrame(f commands.Final) string {
	if c.params.Verbose {
		return c.frame(f.String())
	}
	return strconv.Itoa(int(f)) + string(c.params.Char(3))
}

// resultText writes an extended result code, which stays a word under V0
// (27.007 9.1).
func (c *channel) resultText(text string) {
	if !c.params.Quiet {
		c.send(faults.FinalResult, c.frame(text))
	}
}

// send sends one frame of command mode. When the host does not read, whole frames
// are dropped, never parts of one.
func (c *channel) send(part faults.Part, frame string) {
	if c.busy && c.wentDown() && part != faults.Unsolicited {
		return
	}
	if !c.collect(part, frame) {
		c.transmit(part, []byte(frame))
	}
}

// transmit puts bytes of command mode on the wire.
func (c *channel) transmit(part faults.Part, p []byte) {
	switch {
	case len(p) == 0:
		return
	case c.writer == nil && part == faults.Echo:
		return
	case c.writer == nil:
		c.transcript.Dropped(p)
		return
	case !c.writer.hasRoom(len(p)):
		c.unread += len(p)
		c.echoCut = c.echoCut || part == faults.Echo
		return
	case part == faults.Echo:
		c.echo = append(c.echo, p...)
	default:
		c.transcript.Frame(p)
	}
	c.noteUnread()
	c.toHost(p)
}

// noteUnread notes how much was dropped since the host stopped reading.
func (m *Modem) noteUnread() {
	if m.unread > 0 {
		m.transcript.note("dropped %d bytes, the host did not read", m.unread)
		m.unread = 0
	}
}
