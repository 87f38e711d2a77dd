package faults

import "math/rand/v2"

// FlippedBits flips a bit of one byte in In of the data stream, on average.
type FlippedBits struct{ In int64 }

var flippedBitsRow = damageRow("flip", OnStream, "one byte in N has a bit flipped", func(n int64) Fault { return FlippedBits{n} })

// Data implements [Stream].
func (f FlippedBits) Data(chance *rand.Rand) Filter { return newDamage(f.In, chance, flipBit(chance)) }

// flipBit returns a byte with one of its bits flipped, a random one.
func flipBit(chance *rand.Rand) func(byte) []byte {
	return func(b byte) []byte { return []byte{b ^ 1<<chance.IntN(8)} }
}
