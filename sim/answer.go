package sim

import (
	"errors"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// An answer is what a command line is answered with while rules of the
// scenario act on it: collected first, then edited, then played.
type answer struct {
	pieces []faults.Piece
}

// beginAnswer collects the answer to a line when a rule of the scenario may act
// on one, with the echo that was held for it.
func (m *Modem) beginAnswer() {
	if !m.script.editing {
		return
	}
	m.answer = &answer{}
	if len(m.heldEcho) > 0 {
		m.answer.pieces = []faults.Piece{{Part: faults.Echo, Bytes: m.heldEcho}}
		m.heldEcho = nil
	}
}

// collect keeps a reply for play when there are rules for the answer.
func (m *Modem) collect(r faults.Reply) bool {
	if m.answer == nil || r.Part != faults.Information && r.Part != faults.FinalResult {
		return false
	}
	m.answer.pieces = append(m.answer.pieces, faults.Piece{Part: r.Part, Bytes: r.Bytes})
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

// play edits the answer as its rules say, and sends it. Pauses are waits of the
// command; an early end of one sends the rest at once.
func (m *Modem) play() {
	a := m.answer
	if a == nil {
		return
	}
	m.answer = nil
	edits := m.script.edits
	m.script.edits = nil
	for _, r := range edits {
		a.pieces = edit[r.Action.Verb](m, r).Edit(a.pieces)
		m.fire(r)
	}
	for _, p := range a.pieces {
		if p.Pause > 0 && errors.Is(m.sleep(p.Pause), commands.ErrAborted) {
			m.final(commands.ErrAborted)
			return
		}
		if m.wentDown() {
			return
		}
		if p.Later > 0 {
			m.thisLife(m.clock.real(p.Later), func() { m.transmit(faults.Unsolicited, p.Bytes) })
			continue
		}
		m.transmit(faults.FinalResult, p.Bytes)
	}
}

// edit makes the fault of each verb that acts on an answer.
var edit = map[string]func(*Modem, *rule) faults.Edit{
	"delay":  (*Modem).delayEdit,
	"drop":   func(_ *Modem, r *rule) faults.Edit { return faults.Missing{Target: r.target()} },
	"repeat": func(_ *Modem, r *rule) faults.Edit { return faults.Doubled{Target: r.target()} },
	"truncate": func(_ *Modem, r *rule) faults.Edit {
		return faults.Truncated{Target: r.target(), Bytes: int(r.Action.N)}
	},
	"split": func(_ *Modem, r *rule) faults.Edit { return splitEdit(r) },
	"garble": func(_ *Modem, r *rule) faults.Edit {
		return faults.Garbled{Target: r.target(), Bytes: int(r.Action.N), Chance: r.chance}
	},
	"urc": (*Modem).urcEdit,
}

// targets are the parts of an answer as the scenario language names them.
var targets = map[scenarios.Part]faults.Target{
	scenarios.Whole: faults.Whole, scenarios.PartEcho: faults.TheEcho, scenarios.PartInfo: faults.TheInfo, scenarios.PartFinal: faults.TheResult,
}

// target is what the rule acts on.
func (r *rule) target() faults.Target { return targets[r.Action.Part] }

func (m *Modem) delayEdit(r *rule) faults.Edit {
	if r.Action.Flag {
		return faults.Shifted{Target: r.target(), Hold: func(p []byte) { m.shifted = append(m.shifted, p...) }}
	}
	return faults.Late{Target: r.target(), By: r.Action.D}
}

// splitPause is how long split waits when the rule does not say.
const splitPause = 100 * time.Millisecond

func splitEdit(r *rule) faults.Edit {
	pause := r.Action.D
	if pause == 0 {
		pause = splitPause
	}
	return faults.Split{Target: r.target(), Bytes: int(r.Action.N), Pause: pause}
}

// urcEdit puts a URC into the answer: behind the echo, K bytes into the
// information text, before the final result, or behind it.
func (m *Modem) urcEdit(r *rule) faults.Edit {
	urc := faults.Inserted{Target: r.target(), Offset: int(r.Action.N), Bytes: []byte(m.frame(r.Action.Text))}
	switch r.Action.Part {
	case scenarios.PartEcho:
		urc.Behind = true
	case scenarios.PlaceAfter:
		urc.Target, urc.Behind = faults.Whole, true
	}
	return urc
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
