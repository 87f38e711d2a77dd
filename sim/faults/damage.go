package faults

import (
	"math"
	"math/rand/v2"
)

// damage is a [Filter] that hits one byte in so many. It draws the distance to
// the next hit, never a number for a chunk, so that the same bytes are hit
// however the stream is cut into chunks.
type damage struct {
	mean   int64
	next   int64 // bytes up to the next hit
	chance *rand.Rand
	strike func(byte) []byte // returns what is sent for a byte that is hit
	hit    bool              // since the last Hit
}

// newDamage returns damage to one byte in mean on average; a mean below 1 counts
// as 1.
func newDamage(mean int64, chance *rand.Rand, strike func(byte) []byte) *damage {
	d := &damage{mean: min(max(1, mean), math.MaxInt32), chance: chance, strike: strike}
	d.next = d.draw()
	return d
}

// damageRow returns the row of a fault that hits one byte in N.
func damageRow(name string, hook Hook, doc string, in func(n int64) Fault) Row {
	return Row{Name: name, Args: "N", Hook: hook, Doc: doc, Parse: func(w Words) (Fault, error) {
		n, err := w.Number("number", 1, math.MaxInt32)
		return in(n), err
	}}
}

// draw is the number of bytes that pass before the next hit: uniform from 0 to
// twice the mean.
func (d *damage) draw() int64 { return d.chance.Int64N(2*d.mean - 1) }

// Pass implements [Filter].
func (d *damage) Pass(chunk []byte) []byte {
	if d.next >= int64(len(chunk)) {
		d.next -= int64(len(chunk))
		return chunk
	}
	var out []byte
	for d.next < int64(len(chunk)) {
		out = append(out, chunk[:d.next]...)
		out = append(out, d.strike(chunk[d.next])...)
		d.hit = true
		chunk = chunk[d.next+1:]
		d.next = d.draw()
	}
	d.next -= int64(len(chunk))
	return append(out, chunk...)
}

// Hit implements [Filter].
func (d *damage) Hit() bool {
	hit := d.hit
	d.hit = false
	return hit
}
