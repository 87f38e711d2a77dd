package faults

import "slices"

// Garbled changes some bytes of an answer, or of a part of it, to others.
type Garbled struct {
	Target
	Bytes int // how many; all when there are fewer
}

var garbledRow = Row{
	Name: "garble", Args: targetArgs + " N", Hook: OnAnswer, Doc: "N of its bytes are others",
	Parse: func(w Words) (Fault, error) {
		t, n, err := parseTargetBytes(w)
		return Garbled{t, n}, err
	},
}

// Edit implements [Answer]. The places and the new bytes are random.
func (g Garbled) Edit(answer []Piece, env Env) []Piece {
	var places []*byte
	for i := range answer {
		p := &answer[i]
		if !g.has(*p) {
			continue
		}
		p.Bytes = slices.Clone(p.Bytes)
		for j := range p.Bytes {
			places = append(places, &p.Bytes[j])
		}
	}
	env.Chance.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	for _, b := range places[:min(max(0, g.Bytes), len(places))] {
		*b ^= byte(1 + env.Chance.IntN(255))
	}
	return answer
}
