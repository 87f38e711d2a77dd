package faults

import (
	"hash/fnv"
	"math/rand/v2"
)

// Chance returns the generator of one rule's random choices. It depends only on
// the seed of the run and the text of the rule, so that another rule does not
// change its numbers.
func Chance(seed uint64, rule string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(rule)) // never fails, says package hash
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
