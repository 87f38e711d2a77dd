package faults

// Truncated sends only the first bytes of an answer, or of a part of it.
type Truncated struct {
	Target
	Bytes int
}

var truncatedRow = Row{
	Name: "truncate", Args: targetArgs + " N", Hook: OnAnswer, Doc: "only its first N bytes come",
	Parse: func(w Words) (Fault, error) {
		t, n, err := parseTargetBytes(w)
		return Truncated{t, n}, err
	},
}

// Edit implements [Answer].
func (t Truncated) Edit(answer []Piece, _ Env) []Piece {
	left := max(0, t.Bytes)
	for i := range answer {
		if p := &answer[i]; t.has(*p) {
			p.Bytes = p.Bytes[:min(left, len(p.Bytes))]
			left -= len(p.Bytes)
		}
	}
	return answer
}
