package faults

import "time"

// Late delays an answer, or a part of it. The command stays busy meanwhile, but for
// the information text, which comes out of turn, behind what follows it.
type Late struct {
	Target
	By time.Duration // modem time
}

var lateRow = Row{
	Name: "delay", Args: targetArgs + " D|next", Hook: OnAnswer,
	Doc: "the answer, or that part of it, comes D later, or with the next command",
	Parse: func(w Words) (Fault, error) {
		t := parseTarget(w)
		if w.Is("next") {
			return Shifted{t}, nil
		}
		d, err := w.Duration()
		return Late{t, d}, err
	},
}

// Edit implements [Answer].
func (l Late) Edit(answer []Piece, _ Env) []Piece {
	if l.Target == TheInfo {
		for i := range answer {
			if l.has(answer[i]) {
				answer[i].Later += l.By
			}
		}
		return answer
	}
	if i := l.first(answer); i >= 0 {
		answer[i].Pause += l.By
	}
	return answer
}
