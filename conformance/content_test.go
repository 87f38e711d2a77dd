//go:build conformance

package conformance

import (
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"os"
	"testing"
)

// A content is a file as a stream, of bytes in which no piece is like another. It contains no
// escape sequence and does not end in the beginning of one.
type content struct {
	source *rand.ChaCha8
	left   int64
	pluses int // number of + at the end of what was read
}

// newContent returns the same n bytes each time.
func newContent(n int64) *content {
	return &content{source: rand.NewChaCha8([32]byte{1}), left: n}
}

func (c *content) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), c.left)]
	_, _ = c.source.Read(p) // never fails
	c.left -= int64(len(p))
	for i, b := range p {
		if b != '+' {
			c.pluses = 0
			continue
		}
		if c.pluses++; c.pluses == 3 {
			p[i], c.pluses = '-', 0
		}
	}
	if c.left == 0 {
		p[len(p)-1] = '.'
	}
	return len(p), nil
}

// sum returns the SHA-256 of all that r holds.
func sum(t *testing.T, r io.Reader) [sha256.Size]byte {
	t.Helper()
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

// sumFile returns the SHA-256 of a file.
func sumFile(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return sum(t, f)
}

// writeContent makes a file of n bytes that every user can read.
func writeContent(t *testing.T, path string, n int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, newContent(n)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
