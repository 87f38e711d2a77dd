package faults

import "slices"

// Doubled sends an answer, or a part of it, twice.
type Doubled struct{ Target Target }

// Edit puts a second one behind the first.
func (d Doubled) Edit(answer []Piece) []Piece {
	var again []Piece
	behind := 0
	for i, p := range answer {
		if d.Target.has(p) {
			again = append(again, Piece{Part: p.Part, Bytes: p.Bytes})
			behind = i + 1
		}
	}
	return slices.Insert(answer, behind, again...)
}
