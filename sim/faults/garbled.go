package faults

import (
	"math/rand/v2"
	"slices"
)

// Garbled changes some bytes of an answer, or of a part of it, to others.
type Garbled struct {
	Target Target
	Bytes  int // how many; all when there are fewer
	Chance *rand.Rand
}

// Edit draws the places and what stands there instead.
func (g Garbled) Edit(answer []Piece) []Piece {
	var places []*byte
	for i := range answer {
		p := &answer[i]
		if !g.Target.has(*p) {
			continue
		}
		p.Bytes = slices.Clone(p.Bytes)
		for j := range p.Bytes {
			places = append(places, &p.Bytes[j])
		}
	}
	g.Chance.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	for _, b := range places[:min(g.Bytes, len(places))] {
		*b ^= byte(1 + g.Chance.IntN(255))
	}
	return answer
}
