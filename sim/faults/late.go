package faults

import "time"

// Late lets an answer, or a part of it, come later. All of it, its echo or its
// final result keep the command busy meanwhile; information text alone comes out
// of turn, behind what follows it.
type Late struct {
	Target Target
	By     time.Duration // modem time
}

// Edit adds the delay.
func (l Late) Edit(answer []Piece) []Piece {
	if l.Target == TheInfo {
		for i := range answer {
			if l.Target.has(answer[i]) {
				answer[i].Later += l.By
			}
		}
		return answer
	}
	if i := l.Target.first(answer); i >= 0 {
		answer[i].Pause += l.By
	}
	return answer
}
