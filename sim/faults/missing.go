package faults

import "slices"

// Missing loses an answer, or a part of it.
type Missing struct{ Target Target }

// Edit drops the target.
func (m Missing) Edit(answer []Piece) []Piece { return slices.DeleteFunc(answer, m.Target.has) }
