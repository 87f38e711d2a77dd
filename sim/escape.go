package sim

import (
	"bytes"
	"time"
)

// escapeSpread is how long after one escape character the next may follow
// when no guard time is set, measured on host programs that type them one by
// one.
const escapeSpread = time.Second

// escapeLength is the number of characters of an escape sequence.
const escapeLength = 3

// An escape finds the escape sequence in data mode: three S2 characters, as a
// burst or spread out. Without a guard time (the module's manual knows none)
// the third one escapes. With one, the sequence must stand alone: guard of
// silence before it, less than guard between its characters, guard after it.
type escape struct {
	char  byte          // S2; above 127 the sequence is off
	guard time.Duration // 0: none
	held  int           // escape characters held back
	last  time.Time     // of the last byte
}

// verdict says what feed found.
type verdict int

const (
	passing verdict = iota // nothing is held back
	holding                // characters are held back; expire decides after wait
	escaped                // the sequence is there; it is still held
)

// wait is how long after a feed that holds characters back expire must be called.
func (e *escape) wait() time.Duration {
	if e.guard > 0 {
		return e.guard
	}
	return escapeSpread
}

// feed takes what came in at one moment. It returns what is data, held
// characters that turned out to be data first, and the bytes after an escape.
func (e *escape) feed(p []byte, now time.Time) (data, rest []byte, v verdict) {
	if e.char > 127 {
		return p, nil, passing
	}
	if e.guard > 0 {
		data, v = e.feedGuarded(p, now)
		return data, nil, v
	}
	return e.feedFree(p)
}

// feedFree is the sequence without guard time.
func (e *escape) feedFree(p []byte) (data, rest []byte, v verdict) {
	if e.held == 0 && bytes.IndexByte(p, e.char) < 0 {
		return p, nil, passing
	}
	for i, b := range p {
		if b != e.char {
			data = append(e.release(data), b)
			continue
		}
		if e.held++; e.held == escapeLength {
			return data, p[i+1:], escaped
		}
	}
	if e.held > 0 {
		return data, nil, holding
	}
	return data, nil, passing
}

// feedGuarded holds the sequence back while it may still be one; a complete
// one escapes only when expire finds the silence after it.
func (e *escape) feedGuarded(p []byte, now time.Time) (data []byte, v verdict) {
	silence := now.Sub(e.last)
	e.last = now
	alone := len(bytes.Trim(p, string(rune(e.char)))) == 0
	fits := silence >= e.guard == (e.held == 0) // silence before the first, none between
	if !alone || !fits || e.held+len(p) > escapeLength {
		return append(e.release(nil), p...), passing
	}
	e.held += len(p)
	return nil, holding
}

// expire decides about held characters after wait of silence: the escape
// sequence of a guarded line, else data.
func (e *escape) expire() (data []byte, v verdict) {
	if e.guard > 0 && e.held == escapeLength {
		return nil, escaped
	}
	return e.release(nil), passing
}

// forget drops the held characters.
func (e *escape) forget() { e.held = 0 }

// release appends the held characters to data.
func (e *escape) release(data []byte) []byte {
	for ; e.held > 0; e.held-- {
		data = append(data, e.char)
	}
	return data
}
