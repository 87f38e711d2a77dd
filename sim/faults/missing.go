package faults

import "slices"

// Missing loses an answer, or a part of it.
type Missing struct{ Target }

var missingRow = Row{
	Name: "drop", Args: targetArgs, Hook: OnAnswer, Doc: "it is lost",
	Parse: func(w Words) (Fault, error) { return Missing{parseTarget(w)}, nil },
}

// Edit implements [Answer].
func (m Missing) Edit(answer []Piece, _ Env) []Piece { return slices.DeleteFunc(answer, m.has) }
