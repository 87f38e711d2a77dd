package faults

// Truncated sends the first bytes of an answer, or of a part of it, alone.
type Truncated struct {
	Target Target
	Bytes  int
}

// Edit cuts the rest off.
func (t Truncated) Edit(answer []Piece) []Piece {
	left := t.Bytes
	for i := range answer {
		if p := &answer[i]; t.Target.has(*p) {
			p.Bytes = p.Bytes[:min(left, len(p.Bytes))]
			left -= len(p.Bytes)
		}
	}
	return answer
}
