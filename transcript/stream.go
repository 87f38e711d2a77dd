package transcript

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// pieceBytes is how much of a data stream one row stands for at most, in bytes.
const pieceBytes = 64 << 10

// A Stream records one data stream: a row of kind [Data] every 64 KiB and one for the rest, and a
// hash of the whole.
type Stream struct {
	recorder *Recorder
	dir      Direction
	hash     hash.Hash
	offset   int64 // where the row starts
	length   int64 // of the row so far
	first    []byte
}

// Stream begins a data stream.
func (t *Recorder) Stream(d Direction) *Stream {
	return &Stream{recorder: t, dir: d, hash: sha256.New()}
}

// Add records bytes of the stream.
func (s *Stream) Add(p []byte) {
	s.hash.Write(p)
	for len(p) > 0 {
		n := min(len(p), int(pieceBytes-s.length))
		s.first = append(s.first, p[:min(n, firstBytes-len(s.first))]...)
		s.length += int64(n)
		p = p[n:]
		if s.length == pieceBytes {
			s.flush()
		}
	}
}

// flush records the row so far.
func (s *Stream) flush() {
	if s.length == 0 {
		return
	}
	s.recorder.record(Row{Dir: s.dir, Kind: Data, Offset: s.offset, Length: s.length, Text: string(s.first)})
	s.offset += s.length
	s.length, s.first = 0, s.first[:0]
}

// Sum records what is left of the stream and returns the SHA-256 of all of it in hexadecimal.
func (s *Stream) Sum() string {
	s.flush()
	_, sum := s.Content()
	return sum
}

// Content returns how many bytes the stream has had so far, and their SHA-256 in hexadecimal.
func (s *Stream) Content() (bytes int64, sum string) {
	return s.offset + s.length, hex.EncodeToString(s.hash.Sum(nil))
}
