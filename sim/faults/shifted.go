package faults

// Shifted sends an answer, or a part of it, with the answer to the next command.
type Shifted struct{ Target }

// Edit implements [Answer].
func (s Shifted) Edit(answer []Piece, _ Env) []Piece {
	for i := range answer {
		answer[i].Next = answer[i].Next || s.has(answer[i])
	}
	return answer
}
