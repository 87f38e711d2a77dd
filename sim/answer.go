package sim

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// An answer is what a command line is answered with while rules of the
// scenario act on it: collected first, then changed, then played.
type answer struct {
	pieces []piece
}

// A piece is a part of an answer, and the pause before it.
type piece struct {
	part  scenarios.Part
	bytes []byte
	pause time.Duration // modem time
	later time.Duration // sent this much later than its place says, out of turn
}

// beginAnswer collects the answer to a line when a rule of the scenario may act
// on one, with the echo that was held for it.
func (m *Modem) beginAnswer() {
	if !m.script.editing {
		return
	}
	m.answer = &answer{}
	if len(m.heldEcho) > 0 {
		m.answer.pieces = []piece{{part: scenarios.PartEcho, bytes: m.heldEcho}}
		m.heldEcho = nil
	}
}

// partOf is the part of an answer that a reply is.
var partOf = map[faults.Part]scenarios.Part{
	faults.Echo: scenarios.PartEcho, faults.Information: scenarios.PartInfo, faults.FinalResult: scenarios.PartFinal,
}

// collect keeps a reply for play when there are rules for the answer.
func (m *Modem) collect(r faults.Reply) bool {
	part, ok := partOf[r.Part]
	if !ok || m.answer == nil {
		return false
	}
	m.answer.pieces = append(m.answer.pieces, piece{part: part, bytes: r.Bytes})
	return true
}

// play changes the answer as its rules say, and sends it. Pauses are waits of
// the command; an early end of one sends the rest at once.
func (m *Modem) play() {
	a := m.answer
	if a == nil {
		return
	}
	m.answer = nil
	edits := m.script.edits
	m.script.edits = nil
	for _, r := range edits {
		edit[r.Action.Verb](m, a, r)
		m.fire(r)
	}
	for _, p := range a.pieces {
		if p.pause > 0 && errors.Is(m.Sleep(p.pause), commands.ErrAborted) {
			m.final(commands.ErrAborted)
			return
		}
		if m.wentDown() {
			return
		}
		if p.later > 0 {
			m.timers.after(m.clock.real(p.later), func() { m.transmit(faults.Unsolicited, p.bytes) })
			continue
		}
		m.transmit(faults.FinalResult, p.bytes)
	}
}

// edit are the verbs that change an answer.
var edit = map[string]func(*Modem, *answer, *rule){
	"delay":    editDelay,
	"drop":     func(_ *Modem, a *answer, r *rule) { a.pieces = slices.DeleteFunc(a.pieces, r.acts) },
	"repeat":   editRepeat,
	"truncate": editTruncate,
	"split":    editSplit,
	"garble":   editGarble,
	"urc":      editURC,
}

// acts reports whether a rule acts on a piece: on its part, or without a part
// on all but the echo.
func (r *rule) acts(p piece) bool {
	if r.Action.Part == scenarios.Whole {
		return p.part != scenarios.PartEcho
	}
	return p.part == r.Action.Part
}

// editDelay: a final result, or all of the answer, keeps the command busy;
// information alone comes out of turn; next waits for the next line.
func editDelay(m *Modem, a *answer, r *rule) {
	first := slices.IndexFunc(a.pieces, r.acts)
	switch {
	case first < 0:
	case r.Action.Flag:
		for _, p := range a.pieces {
			if r.acts(p) {
				m.shifted = append(m.shifted, p.bytes...)
			}
		}
		a.pieces = slices.DeleteFunc(a.pieces, r.acts)
	case r.Action.Part == scenarios.PartInfo:
		for i := range a.pieces {
			if r.acts(a.pieces[i]) {
				a.pieces[i].later += r.Action.D
			}
		}
	default:
		a.pieces[first].pause += r.Action.D
	}
}

func editRepeat(_ *Modem, a *answer, r *rule) {
	var again []piece
	for _, p := range a.pieces {
		if r.acts(p) {
			again = append(again, piece{part: p.part, bytes: slices.Clone(p.bytes)})
		}
	}
	last := 0
	for i, p := range a.pieces {
		if r.acts(p) {
			last = i + 1
		}
	}
	a.pieces = slices.Insert(a.pieces, last, again...)
}

func editTruncate(_ *Modem, a *answer, r *rule) {
	left := int(r.Action.N)
	for i := range a.pieces {
		if p := &a.pieces[i]; r.acts(*p) {
			p.bytes = p.bytes[:min(left, len(p.bytes))]
			left -= len(p.bytes)
		}
	}
}

// splitPause is how long split waits when the rule does not say.
const splitPause = 100 * time.Millisecond

func editSplit(_ *Modem, a *answer, r *rule) {
	pause := r.Action.D
	if pause == 0 {
		pause = splitPause
	}
	if i, ok := a.cut(r, int(r.Action.N)); ok {
		a.pieces[i].pause += pause
	}
}

// cut makes a new piece start n bytes into what the rule acts on, and returns
// its index.
func (a *answer) cut(r *rule, n int) (int, bool) {
	for i, p := range a.pieces {
		switch {
		case !r.acts(p):
		case n == 0:
			return i, true
		case n < len(p.bytes):
			tail := piece{part: p.part, bytes: p.bytes[n:], later: p.later}
			a.pieces[i].bytes = p.bytes[:n]
			a.pieces = slices.Insert(a.pieces, i+1, tail)
			return i + 1, true
		default:
			n -= len(p.bytes)
		}
	}
	return 0, false
}

func editGarble(_ *Modem, a *answer, r *rule) {
	var places []*byte
	for i := range a.pieces {
		if p := &a.pieces[i]; r.acts(*p) {
			p.bytes = slices.Clone(p.bytes)
			for j := range p.bytes {
				places = append(places, &p.bytes[j])
			}
		}
	}
	r.chance.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	for _, b := range places[:min(int(r.Action.N), len(places))] {
		*b ^= byte(1 + r.chance.IntN(255))
	}
}

// editURC puts a URC into the answer: behind the echo, K bytes into the
// information, before the final result, or behind it.
func editURC(m *Modem, a *answer, r *rule) {
	urc := piece{bytes: []byte(m.frame(r.Action.Text))}
	at := len(a.pieces)
	switch r.Action.Part {
	case scenarios.PartEcho:
		at = 0
		for at < len(a.pieces) && a.pieces[at].part == scenarios.PartEcho {
			at++
		}
	case scenarios.PartInfo:
		if i, ok := a.cut(r, int(r.Action.N)); ok {
			at = i
		}
	case scenarios.PartFinal:
		if i := slices.IndexFunc(a.pieces, func(p piece) bool { return p.part == scenarios.PartFinal }); i >= 0 {
			at = i
		}
	}
	a.pieces = slices.Insert(a.pieces, at, urc)
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
	m.Info(text)
	return nil
}

// finalWords are the result codes that a reply may name.
var finalWords = map[commands.Final]string{
	commands.OK: "OK", commands.NoCarrier: "NO CARRIER", commands.Failed: "ERROR", commands.Busy: "BUSY",
	commands.NoAnswer: "NO ANSWER",
}
