package faults

import (
	"math"
	"slices"
	"time"
)

// A Piece is a part of the answer to a command line, and when it goes out.
type Piece struct {
	Part  Part
	Bytes []byte        // as they go on the wire
	Pause time.Duration // of modem time before it, during which the command is busy
	Later time.Duration // sent this much later than its place says, out of turn; modem time
	Next  bool          // sent with the answer to the next command
}

// A Target is the part of an answer that a fault acts on.
type Target int

// The targets.
const (
	Whole     Target = iota // information text and final result
	TheEcho                 // the echo
	TheInfo                 // the information text
	TheResult               // the final result
	ThePrompt               // the prompt for a text
)

// OnEcho reports whether the target is the echo.
func (t Target) OnEcho() bool { return t == TheEcho }

// OnPrompt reports whether the target is the prompt.
func (t Target) OnPrompt() bool { return t == ThePrompt }

// targetArgs is how a target is named, where it need not be.
const targetArgs = "[echo|info|prompt|final]"

// parseTarget takes the name of a target, if there is one.
func parseTarget(w Words) Target {
	switch {
	case w.Is("echo"):
		return TheEcho
	case w.Is("info"):
		return TheInfo
	case w.Is("prompt"):
		return ThePrompt
	case w.Is("final"):
		return TheResult
	}
	return Whole
}

// parseTargetBytes takes a target, if there is one, and a number of bytes.
func parseTargetBytes(w Words) (Target, int, error) {
	t := parseTarget(w)
	n, err := w.Number("bytes", 0, math.MaxInt32)
	return t, int(n), err
}

// targeted are the parts of each target.
var targeted = map[Target][]Part{
	Whole: {Information, FinalResult, Unsolicited}, TheEcho: {Echo}, TheInfo: {Information}, TheResult: {FinalResult},
	ThePrompt: {Prompt},
}

// has reports whether a piece belongs to the target.
func (t Target) has(p Piece) bool { return slices.Contains(targeted[t], p.Part) }

// first is the index of the target's first piece, or -1.
func (t Target) first(answer []Piece) int { return slices.IndexFunc(answer, t.has) }

// at cuts the answer n bytes into the target. It returns the index of the piece
// that starts there, or -1 when the target is shorter.
func (t Target) at(answer []Piece, n int) ([]Piece, int) {
	for i, p := range answer {
		switch {
		case !t.has(p):
		case n <= 0:
			return answer, i
		case n < len(p.Bytes):
			tail := Piece{Part: p.Part, Bytes: p.Bytes[n:], Later: p.Later, Next: p.Next}
			answer[i].Bytes = p.Bytes[:n:n]
			return slices.Insert(answer, i+1, tail), i + 1
		default:
			n -= len(p.Bytes)
		}
	}
	return answer, -1
}
