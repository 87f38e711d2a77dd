package sim

import (
	"errors"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// An answer is what a command line is answered with while faults act on it:
// collected first, then edited, then played.
type answer struct {
	pieces []faults.Piece
}

// beginAnswer collects the answer to a line when a fault may act on one, with the
// echo that was held for it.
func (c *channel) beginAnswer() {
	if !c.script.editing && len(c.faults.edits) == 0 {
		return
	}
	c.answer = &answer{}
	if len(c.heldEcho) > 0 {
		c.answer.pieces = []faults.Piece{{Part: faults.Echo, Bytes: c.heldEcho}}
		c.heldEcho = nil
	}
}

// collect keeps a frame of the answer for play, when faults may act on it.
func (c *channel) collect(part faults.Part, frame string) bool {
	if c.answer == nil || part != faults.Information && part != faults.FinalResult {
		return false
	}
	c.answer.pieces = append(c.answer.pieces, faults.Piece{Part: part, Bytes: []byte(frame)})
	return true
}

// flushAnswer sends what was collected so far as it is: the host is to see it
// before it goes on.
func (c *channel) flushAnswer() {
	if c.answer == nil {
		return
	}
	for _, p := range c.answer.pieces {
		c.transmit(p.Part, p.Bytes)
	}
	c.answer.pieces = nil
}

// holdsEcho reports whether a fault may act on the echo, which is then part of
// the answer.
func (c *channel) holdsEcho() bool {
	return c.script.echoing || slices.ContainsFunc(c.faults.edits, func(f *activeFault) bool { return f.Fault.(faults.Answer).OnEcho() })
}

// edit lets those of some faults act that are for an answer, or for a prompt.
func (c *channel) edit(pieces []faults.Piece, list []*activeFault, prompt bool) []faults.Piece {
	for _, f := range list {
		if f.Fault.(faults.Answer).OnPrompt() != prompt {
			continue
		}
		env := faults.Env{Chance: f.chance, Frame: func(text string) []byte { return []byte(c.frame(text)) }}
		pieces = f.Fault.(faults.Answer).Edit(pieces, env)
		c.begun(f)
	}
	return pieces
}

// play lets the faults act on the answer, those of the options first, and sends
// it. A pause is a wait of the command, which the host may abort.
func (c *channel) play() {
	a := c.answer
	if a == nil {
		return
	}
	c.answer = nil
	if errors.Is(c.sendEdited(a.pieces, false), commands.ErrAborted) {
		c.final(commands.ErrAborted)
	}
}

// sendPrompt lets the faults on prompts act on one, and sends it. The answer that
// was collected is sent before it.
func (c *channel) sendPrompt(text string) error {
	c.flushAnswer()
	return c.sendEdited([]faults.Piece{{Part: faults.Prompt, Bytes: []byte(text)}}, true)
}

// sendEdited lets faults act on an answer, or on a prompt, and sends it. The error
// is why a pause in it has ended early.
func (c *channel) sendEdited(pieces []faults.Piece, prompt bool) error {
	secrets := c.transcript.Secrets()
	for _, p := range c.edit(c.edit(pieces, c.faults.edits, prompt), c.script.edits, prompt) {
		if p.Pause > 0 {
			if err := c.sleep(p.Pause); errors.Is(err, commands.ErrAborted) {
				return err
			}
		}
		if c.wentDown() {
			return commands.ErrReset
		}
		if p.Next {
			c.shifted, c.shiftedSecrets = append(c.shifted, p.Bytes...), secrets
			continue
		}
		if p.Later > 0 {
			c.thisLife(c.clock.real(p.Later), func() { c.transmitAltered(secrets, faults.Unsolicited, p.Bytes) })
			continue
		}
		c.transmitAltered(secrets, faults.FinalResult, p.Bytes)
	}
	return nil
}

// transmitAltered is transmit for what faults may have changed of the answer to a line with these
// secrets.
func (c *channel) transmitAltered(secrets []string, part faults.Part, p []byte) {
	c.transcript.Altered(secrets, func() { c.transmit(part, p) })
}

// flushShifted sends what was held back for this answer.
func (c *channel) flushShifted() {
	if len(c.shifted) > 0 {
		c.transmitAltered(c.shiftedSecrets, faults.FinalResult, c.shifted)
		c.shifted, c.shiftedSecrets = nil, nil
	}
}

// replyInstead answers a command without running it: with text, followed by OK
// unless the text is a final result.
func (c *channel) replyInstead(text string) error {
	if f, ok := finalWords[text]; ok {
		if f == commands.OK {
			return nil
		}
		return f
	}
	if text == "NO DIALTONE" && !c.params.Verbose {
		return noDialtone
	}
	for _, begin := range []string{"CONNECT ", "NO DIALTONE", "+CME ERROR", "+CMS ERROR", "ERROR"} {
		if strings.HasPrefix(text, begin) {
			c.resultText(text)
			return commands.ErrSilent
		}
	}
	c.info(text)
	return nil
}

// finalWords are the result codes that a reply may consist of (V.250 5.7.1). RING
// ends no command.
var finalWords = map[string]commands.Final{
	"OK": commands.OK, "CONNECT": commands.Connect, "NO CARRIER": commands.NoCarrier, "ERROR": commands.Failed,
	"BUSY": commands.Busy, "NO ANSWER": commands.NoAnswer,
}

// noDialtone is the one final result of V.250 that the module does not have.
const noDialtone commands.Final = 6
