package faults

import "math/rand/v2"

// DoubledBytes sends one byte in In of the data stream twice, on average.
type DoubledBytes struct{ In int64 }

var doubledBytesRow = damageRow("double", OnStream, "one byte in N comes twice", func(n int64) Fault { return DoubledBytes{n} })

// Data implements [Stream].
func (f DoubledBytes) Data(chance *rand.Rand) Filter {
	return newDamage(f.In, chance, func(b byte) []byte { return []byte{b, b} })
}
