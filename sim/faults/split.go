package faults

import "time"

// Split makes a pause in an answer, or in a part of it.
type Split struct {
	Target Target
	Bytes  int           // that come before the pause
	Pause  time.Duration // modem time
}

// Edit puts the pause in; an answer that is not longer than Bytes has none.
func (s Split) Edit(answer []Piece) []Piece {
	answer, i := s.Target.at(answer, s.Bytes)
	if i >= 0 {
		answer[i].Pause += s.Pause
	}
	return answer
}
