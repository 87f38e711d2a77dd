package faults

import "math/rand/v2"

// LostBytes loses one byte in In of the data stream, on average.
type LostBytes struct{ In int64 }

var lostBytesRow = damageRow("lose", OnStream, "one byte in N is lost", func(n int64) Fault { return LostBytes{n} })

// Data implements [Stream].
func (f LostBytes) Data(chance *rand.Rand) Filter {
	return newDamage(f.In, chance, func(byte) []byte { return nil })
}
