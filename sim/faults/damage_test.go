package faults

import (
	"bytes"
	"math/bits"
	"testing"
)

// kinds are the faults that hit one byte in mean.
var kinds = map[string]func(mean int64) Stream{
	"lose":   func(mean int64) Stream { return LostBytes{mean} },
	"double": func(mean int64) Stream { return DoubledBytes{mean} },
	"flip":   func(mean int64) Stream { return FlippedBits{mean} },
}

// damaged passes a stream in chunks of these sizes, over and over, and fails when the damage
// changes a chunk itself.
func damaged(t *testing.T, fault Stream, stream []byte, sizes ...int) []byte {
	t.Helper()
	f := fault.Data(Chance(1, "rule"))
	var out []byte
	for i := 0; len(stream) > 0; i++ {
		n := min(sizes[i%len(sizes)], len(stream))
		chunk := bytes.Clone(stream[:n])
		out = append(out, f.Pass(chunk)...)
		if !bytes.Equal(chunk, stream[:n]) {
			t.Fatalf("a chunk of %d bytes was changed", n)
		}
		stream = stream[n:]
	}
	return out
}

// The same bytes are hit however the stream is cut into chunks, empty ones among them.
func TestDamageAndChunks(t *testing.T) {
	stream := Content("f", 20000, true)
	for name, kind := range kinds {
		for _, mean := range []int64{1, 2, 7, 300, 9000} {
			whole := damaged(t, kind(mean), stream, len(stream))
			for _, sizes := range [][]int{{1}, {2, 3}, {16384}, {4096, 0, 1, 999}, {7, 5000}} {
				if got := damaged(t, kind(mean), stream, sizes...); !bytes.Equal(got, whole) {
					t.Errorf("%s 1 in %d: chunks of %v give another stream than the whole", name, mean, sizes)
				}
			}
		}
	}
}

// One byte in mean is hit, as often in the first half as in the second.
func TestDamageMean(t *testing.T) {
	stream := make([]byte, 1<<19)
	for i := range stream {
		stream[i] = byte(i >> 12) // equal within 4096 bytes, so that no shift looks like a change
	}
	for name, hits := range map[string]func(in, out []byte) int{
		"lose":   func(in, out []byte) int { return len(in) - len(out) },
		"double": func(in, out []byte) int { return len(out) - len(in) },
		"flip":   flipped,
	} {
		for _, mean := range []int64{1, 2, 10, 200} {
			f := kinds[name](mean).Data(Chance(7, name))
			for half := range 2 {
				in := stream[half*len(stream)/2:][:len(stream)/2]
				got, want := hits(in, f.Pass(in)), len(in)/int(mean)
				if got < want*9/10 || got > want*11/10 {
					t.Errorf("%s 1 in %d, half %d: %d hits of about %d", name, mean, half, got, want)
				}
			}
		}
	}
}

// flipped counts the bytes that differ, -1 when the length or more than one bit of a byte does.
func flipped(in, out []byte) int {
	n := 0
	for i := range in {
		if len(in) != len(out) || bits.OnesCount8(in[i]^out[i]) > 1 {
			return -1
		}
		n += bits.OnesCount8(in[i] ^ out[i])
	}
	return n
}

// Each bit of a byte is flipped at some time.
func TestFlipReachesEveryBit(t *testing.T) {
	var seen byte
	for _, b := range (FlippedBits{1}).Data(Chance(1, "flip")).Pass(make([]byte, 200)) {
		seen |= b
	}
	if seen != 0xff {
		t.Errorf("the bits %08b alone are flipped", seen)
	}
}

// Double puts the two bytes side by side, and lose takes nothing else away.
func TestDamageKeepsTheOrder(t *testing.T) {
	if got := string((DoubledBytes{1}).Data(Chance(1, "")).Pass([]byte("abc"))); got != "aabbcc" {
		t.Errorf("doubled: %q", got)
	}
	if got := (LostBytes{1}).Data(Chance(1, "")).Pass([]byte("abc")); len(got) != 0 {
		t.Errorf("lost: %q is left", got)
	}
	stream := Content("f", 4096, false)
	rest := stream
	for _, b := range (LostBytes{20}).Data(Chance(1, "")).Pass(stream) {
		at := bytes.IndexByte(rest, b)
		if at < 0 {
			t.Fatalf("%q was not in the stream here", b)
		}
		rest = rest[at+1:]
	}
}

// Another seed or rule hits other bytes.
func TestDamageAndSeed(t *testing.T) {
	stream := Content("f", 10000, false)
	first := FlippedBits{100}.Data(Chance(1, "rule")).Pass(stream)
	for _, other := range []Filter{FlippedBits{100}.Data(Chance(2, "rule")), FlippedBits{100}.Data(Chance(1, "other"))} {
		if bytes.Equal(other.Pass(stream), first) {
			t.Error("the same bytes are hit")
		}
	}
}

// A hit is told once, and only when there was one.
func TestDamageHit(t *testing.T) {
	f := LostBytes{100}.Data(Chance(1, "rule"))
	before, hits := f.Hit(), 0
	for i := range 10000 {
		hit := len(f.Pass([]byte{byte(i)})) == 0
		if told := f.Hit(); told != hit {
			t.Fatalf("byte %d: hit %t, told %t", i, hit, told)
		}
		if hit {
			hits++
		}
	}
	if before || f.Hit() || hits == 0 {
		t.Errorf("told before the first byte %t, again after the last %t, %d hits", before, f.Hit(), hits)
	}
}
