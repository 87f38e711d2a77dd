package faults

import "math/rand/v2"

// Noise flips a bit of one byte in In that the host sends in command mode, on
// average.
type Noise struct{ In int64 }

var noiseRow = damageRow("noise", OnLine, "one byte in N that the host sends in command mode arrives with a bit flipped", func(n int64) Fault { return Noise{n} })

// Input implements [Line].
func (f Noise) Input(chance *rand.Rand) Filter { return newDamage(f.In, chance, flipBit(chance)) }
