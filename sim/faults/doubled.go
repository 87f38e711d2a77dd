package faults

import "slices"

// Doubled sends an answer, or a part of it, twice.
type Doubled struct{ Target }

var doubledRow = Row{
	Name: "repeat", Args: targetArgs, Hook: OnAnswer, Doc: "it comes twice",
	Parse: func(w Words) (Fault, error) { return Doubled{parseTarget(w)}, nil },
}

// Edit implements [Answer]: the second one follows the first.
func (d Doubled) Edit(answer []Piece, _ Env) []Piece {
	var again []Piece
	behind := 0
	for i, p := range answer {
		if d.has(p) {
			again = append(again, Piece{Part: p.Part, Bytes: p.Bytes})
			behind = i + 1
		}
	}
	return slices.Insert(answer, behind, again...)
}
