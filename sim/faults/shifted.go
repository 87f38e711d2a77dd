package faults

import "slices"

// Shifted takes an answer, or a part of it, out and hands it to Hold, which sends
// it with the answer to the next command.
type Shifted struct {
	Target Target
	Hold   func([]byte)
}

// Edit takes the target out.
func (s Shifted) Edit(answer []Piece) []Piece {
	for _, p := range answer {
		if s.Target.has(p) {
			s.Hold(p.Bytes)
		}
	}
	return slices.DeleteFunc(answer, s.Target.has)
}
