package faults

import "math/rand/v2"

// DamageKind is what happens to a byte that is hit.
type DamageKind int

// The kinds of damage.
const (
	Lose   DamageKind = iota // it is gone
	Double                   // it comes twice
	Flip                     // one of its bits is another
)

// Damage hits one byte in so many of the data stream. It draws the distance to
// the next hit, never a number for a chunk, so that the same bytes are hit
// however the stream is cut into chunks.
type Damage struct {
	Kind   DamageKind
	mean   int64
	next   int64 // bytes up to the next hit
	chance *rand.Rand
	hit    bool // since Hit was asked last
}

// NewDamage is damage to one byte in mean on average.
func NewDamage(kind DamageKind, mean int64, chance *rand.Rand) *Damage {
	d := &Damage{Kind: kind, mean: mean, chance: chance}
	d.next = d.draw()
	return d
}

// draw is the number of bytes that pass before the next hit: any number from 0
// to twice the mean, as often as another.
func (d *Damage) draw() int64 { return d.chance.Int64N(2*d.mean - 1) }

// Data returns what is left of a chunk; the chunk itself is not changed.
func (d *Damage) Data(chunk []byte) []byte {
	if d.next >= int64(len(chunk)) {
		d.next -= int64(len(chunk))
		return chunk
	}
	var out []byte
	for d.next < int64(len(chunk)) {
		out = append(out, chunk[:d.next]...)
		out = append(out, d.strike(chunk[d.next])...)
		chunk = chunk[d.next+1:]
		d.next = d.draw()
	}
	d.next -= int64(len(chunk))
	return append(out, chunk...)
}

// strike is what becomes of a byte that is hit.
func (d *Damage) strike(b byte) []byte {
	d.hit = true
	switch d.Kind {
	case Double:
		return []byte{b, b}
	case Flip:
		return []byte{b ^ 1<<d.chance.IntN(8)}
	}
	return nil
}

// Hit reports whether a byte was hit since it was asked last.
func (d *Damage) Hit() bool {
	hit := d.hit
	d.hit = false
	return hit
}
