package faults

import "slices"

// Inserted lets a URC break into an answer: Offset bytes into its target, or
// at the answer's end when the target is shorter. An answer without an echo has
// it at its start.
type Inserted struct {
	Target Target
	Offset int
	Behind bool // behind the target, whatever its length
	Bytes  []byte
}

// Edit puts the URC in.
func (s Inserted) Edit(answer []Piece) []Piece {
	at := len(answer)
	if s.Target == TheEcho {
		at = 0
	}
	if s.Behind {
		for i, p := range answer {
			if s.Target.has(p) {
				at = i + 1
			}
		}
	} else if cut, i := s.Target.at(answer, s.Offset); i >= 0 {
		answer, at = cut, i
	}
	return slices.Insert(answer, at, Piece{Part: Unsolicited, Bytes: s.Bytes})
}
