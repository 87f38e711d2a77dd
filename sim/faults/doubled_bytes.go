package faults

import "math/rand/v2"

// DoubledBytes sends one byte in In of the data stream twice, on average.
type DoubledBytes struct{ In int64 }

var doubledBytesRow = Row{
	Name: "double", Args: "N", Hook: OnStream, Doc: "one byte in N comes twice",
	Parse: func(w Words) (Fault, error) {
		n, err := parseMean(w)
		return DoubledBytes{n}, err
	},
}

// Data implements [Stream].
func (f DoubledBytes) Data(chance *rand.Rand) Filter {
	return newDamage(f.In, chance, func(b byte) []byte { return []byte{b, b} })
}
