package faults

import "time"

// Split makes a pause in an answer, or in a part of it.
type Split struct {
	Target
	Bytes int           // that come before the pause
	Pause time.Duration // modem time
}

// splitPause is the pause of a line that names none.
const splitPause = 100 * time.Millisecond

var splitRow = Row{
	Name: "split", Args: targetArgs + " N [D]", Hook: OnAnswer, Doc: "there is a pause of D (100ms) after N bytes",
	Parse: func(w Words) (Fault, error) {
		t, n, err := parseTargetBytes(w)
		s := Split{t, n, splitPause}
		if err == nil && w.More() {
			s.Pause, err = w.Duration()
		}
		return s, err
	},
}

// Edit implements [Answer]. An answer that is not longer than Bytes has no
// pause.
func (s Split) Edit(answer []Piece, _ Env) []Piece {
	answer, i := s.at(answer, s.Bytes)
	if i >= 0 {
		answer[i].Pause += s.Pause
	}
	return answer
}
