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
func (m *Modem) beginAnswer() {
	if !m.script.editing && len(m.faults.edits) == 0 {
		return
	}
	m.answer = &answer{}
	if len(m.heldEcho) > 0 {
		m.answer.pieces = []faults.Piece{{Part: faults.Echo, Bytes: m.heldEcho}}
		m.heldEcho = nil
	}
}

// collect keeps a frame of the answer for play, when faults may act on it.
func (m *Modem) collect(part faults.Part, frame string) bool {
	if m.answer == nil || part != faults.Information && part != faults.FinalResult {
		return false
	}
	m.answer.pieces = append(m.answer.pieces, faults.Piece{Part: part, Bytes: []byte(frame)})
	return true
}

// flushAnswer sends what was collected so far as it is: the host is to see it
// before it goes on.
func (m *Modem) flushAnswer() {
	if m.answer == nil {
		return
	}
	for _, p := range m.answer.pieces {
		m.transmit(p.Part, p.Bytes)
	}
	m.answer.pieces = nil
}

// holdsEcho reports whether a fault may act on the echo, which is then part of
// the answer.
func (m *Modem) holdsEcho() bool {
	return m.script.echoing || slices.ContainsFunc(m.faults.edits, func(f *activeFault) bool { return f.Fault.(faults.Answer).OnEcho() })
}

// edit lets faults act on an answer.
func (m *Modem) edit(pieces []faults.Piece, list []*activeFault) []faults.Piece {
	for _, f := range list {
		env := faults.Env{Chance: f.chance, Frame: func(text string) []byte { return []byte(m.frame(text)) }}
		pieces = f.Fault.(faults.Answer).Edit(pieces, env)
		m.begun(f)
	}
	return pieces
}

// play lets the faults act on the answer, those of the options first, and sends
// it. A pause is a wait of the command, which the host may abort.
func (m *Modem) play() {
	a := m.answer
	if a == nil {
		return
	}
	m.answer = nil
	edits := m.script.edits
	m.script.edits = nil
	for _, p := range m.edit(m.edit(a.pieces, m.faults.edits), edits) {
		if p.Pause > 0 && errors.Is(m.sleep(p.Pause), commands.ErrAborted) {
			m.final(commands.ErrAborted)
			return
		}
		if m.wentDown() {
			return
		}
		if p.Next {
			m.shifted = append(m.shifted, p.Bytes...)
			continue
		}
		if p.Later > 0 {
			m.thisLife(m.clock.real(p.Later), func() { m.transmit(faults.Unsolicited, p.Bytes) })
			continue
		}
		m.transmit(faults.FinalResult, p.Bytes)
	}
}

// flushShifted sends what a delay next held back.
func (m *Modem) flushShifted() {
	if len(m.shifted) > 0 {
		m.transmit(faults.FinalResult, m.shifted)
		m.shifted = nil
	}
}

// replyInstead answers a command that does not run: with text, and OK behind
// it unless the text is a final result.
func (m *Modem) replyInstead(text string) error {
	for f, word := range finalWords {
		if text == word {
			if f == commands.OK {
				return nil
			}
			return f
		}
	}
	if strings.HasPrefix(text, "+CME ERROR") || strings.HasPrefix(text, "+CMS ERROR") || strings.HasPrefix(text, "ERROR") {
		m.resultText(text)
		return commands.ErrSilent
	}
	m.info(text)
	return nil
}

// finalWords are the result codes that a reply may name.
var finalWords = map[commands.Final]string{
	commands.OK: "OK", commands.NoCarrier: "NO CARRIER", commands.Failed: "ERROR", commands.Busy: "BUSY",
	commands.NoAnswer: "NO ANSWER",
}
