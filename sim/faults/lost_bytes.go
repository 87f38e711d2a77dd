package faults

import "math/rand/v2"

// LostBytes loses one byte in In of the data stream, on average.
type LostBytes struct{ In int64 }

var lostBytesRow = Row{
	Name: "lose", Args: "N", Hook: OnStream, Doc: "one byte in N is lost",
	Parse: func(w Words) (Fault, error) {
		n, err := parseMean(w)
		return LostBytes{n}, err
	},
}

// Data implements [Stream].
func (f LostBytes) Data(chance *rand.Rand) Filter {
	return newDamage(f.In, chance, func(byte) []byte { return nil })
}
