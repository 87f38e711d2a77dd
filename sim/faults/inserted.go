package faults

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Inserted lets a URC break into an answer.
type Inserted struct {
	At     Place
	Offset int    // bytes into the information text, of InsideInfo
	Text   string // of the URC, without its line breaks
}

// A Place is where a URC breaks into an answer.
type Place int

// The places.
const (
	Held         Place = iota // behind the answer, as a module sends it
	BehindEcho                // at the start of an answer without echo
	InsideInfo                // at the end of an answer whose information text is shorter
	BeforeResult              // before the final result
	BehindResult              // behind it
)

var insertedRow = Row{
	Name: "urc", Args: "[@echo|@info+K|@final|@after] TEXT", Hook: OnAnswer, Anytime: true,
	Doc:   "an unsolicited result code: held while a command runs, or breaking in at a place of the answer",
	Parse: parseInserted,
}

func parseInserted(w Words) (Fault, error) {
	var f Inserted
	var err error
	if place, ok := strings.CutPrefix(w.Peek(), "@"); ok {
		w.Word()
		if f.At, f.Offset, err = parsePlace(place); err != nil {
			return nil, err
		}
	}
	f.Text, err = w.Text()
	return f, err
}

// parsePlace reads a place, and the offset of one inside the information text.
func parsePlace(word string) (Place, int, error) {
	switch word {
	case "echo":
		return BehindEcho, 0, nil
	case "final":
		return BeforeResult, 0, nil
	case "after":
		return BehindResult, 0, nil
	}
	offset, ok := strings.CutPrefix(word, "info+")
	if !ok {
		return 0, 0, fmt.Errorf("@%s is not a place (one of @echo, @info+K, @final, @after)", word)
	}
	k, err := strconv.ParseInt(offset, 10, 64)
	if err != nil || k < 0 || k > math.MaxInt32 {
		return 0, 0, fmt.Errorf("@info+K: %q is not in 0..%d", offset, math.MaxInt32)
	}
	return InsideInfo, int(k), nil
}

// OnEcho implements [Answer].
func (f Inserted) OnEcho() bool { return f.At == BehindEcho }

// OnPrompt implements [Answer].
func (f Inserted) OnPrompt() bool { return false }

// Edit implements [Answer].
func (f Inserted) Edit(answer []Piece, env Env) []Piece {
	answer, i := f.index(answer)
	return slices.Insert(answer, i, Piece{Part: Unsolicited, Bytes: env.Frame(f.Text)})
}

// index is where in the answer the URC goes.
func (f Inserted) index(answer []Piece) ([]Piece, int) {
	switch f.At {
	case BehindEcho:
		return answer, behind(TheEcho, answer, 0)
	case InsideInfo, BeforeResult:
		target := TheInfo
		if f.At == BeforeResult {
			target = TheResult
		}
		if cut, i := target.at(answer, f.Offset); i >= 0 {
			return cut, i
		}
		return answer, len(answer)
	}
	return answer, behind(Whole, answer, len(answer))
}

// behind is the index behind the target's last piece, or without one.
func behind(t Target, answer []Piece, without int) int {
	at := without
	for i, p := range answer {
		if t.has(p) {
			at = i + 1
		}
	}
	return at
}
