package faults

import (
	"hash/fnv"
	"math/rand/v2"
)

// Chance is the generator of one rule's random choices. It depends on the
// run's seed and the rule's text alone, so that one more rule changes no other
// rule's draws.
func Chance(seed uint64, rule string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(rule)) // never fails, says package hash
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
