package faults

import "testing"

// draws are the first numbers of a rule's generator.
func draws(seed uint64, rule string) [4]uint64 {
	r := Chance(seed, rule)
	var d [4]uint64
	for i := range d {
		d[i] = r.Uint64()
	}
	return d
}

func TestChance(t *testing.T) {
	first := draws(1, "on AT+CSQ p 0.5 ignore")
	Chance(1, "on AT p 0.1 ignore").Uint64() // another rule of the same run
	if again := draws(1, "on AT+CSQ p 0.5 ignore"); again != first {
		t.Errorf("the same seed and rule draw %v, then %v", first, again)
	}
	if other := draws(2, "on AT+CSQ p 0.5 ignore"); other == first {
		t.Error("the seed changes nothing")
	}
	if other := draws(1, "on AT+CSQ p 0.5 drop"); other == first {
		t.Error("the rule changes nothing")
	}
}
