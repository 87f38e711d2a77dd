package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"
	"time"
)

// transcriptTail is how much of a transcript a modem remembers, in bytes.
const transcriptTail = 256 << 10

// dataRow is how much of the data stream one transcript row stands for, in bytes.
const dataRow = 64 << 10

// A transcript records what passed the port. A row is a line of the host, a
// frame of the modem or a piece of data, not a read:
//
//	seconds > what the host sent
//	seconds < what the modem sent
//	seconds # a note
//
// Seconds are real ones since the modem's start. Bytes that do not print are
// escaped as in Go. Only the owner writes it.
type transcript struct {
	start time.Time
	out   io.Writer // nil: none
	fail  func(error)

	mu        sync.Mutex // guards what follows, which others read
	tail      strings.Builder
	followers map[*follower]bool
}

// row writes one row.
func (t *transcript) row(mark byte, text string) {
	row := t.format(mark, text)
	t.keep(row)
	if t.out == nil {
		return
	}
	if _, err := io.WriteString(t.out, row); err != nil {
		t.out = nil
		t.fail(err)
	}
}

// format is a row of this moment.
func (t *transcript) format(mark byte, text string) string {
	return fmt.Sprintf("%12.6f %c %s\n", time.Since(t.start).Seconds(), mark, text)
}

// keep remembers a row; of too many, the last transcriptTail bytes from the
// start of a row. Those who follow get it too.
func (t *transcript) keep(row string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for f := range t.followers {
		f.take(row)
	}
	t.tail.WriteString(row)
	if t.tail.Len() <= 2*transcriptTail {
		return
	}
	s := t.tail.String()
	s = s[len(s)-transcriptTail:]
	s = s[strings.IndexByte(s, '\n')+1:]
	t.tail.Reset()
	t.tail.WriteString(s)
}

// note writes a remark of the modem.
func (t *transcript) note(format string, args ...any) { t.row('#', fmt.Sprintf(format, args...)) }

// host and modem write bytes of the two directions.
func (t *transcript) host(bytes string)  { t.row('>', escapeBytes(bytes)) }
func (t *transcript) modem(bytes string) { t.row('<', escapeBytes(bytes)) }

// String is the end of the transcript, up to some 256 KiB.
func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tail.String()
}

// escapeBytes shows bytes on one line: printing ASCII as it is, \r and \n, the
// rest as \xHH.
func escapeBytes(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02X`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// A dataRecord is the transcript of one data stream: a row every 64 KiB with
// offset, length and first bytes, and a hash of the whole.
type dataRecord struct {
	*transcript
	mark   byte // of the direction
	hash   hash.Hash
	offset int64 // where the row starts
	length int64 // of the row so far
	first  []byte
}

// firstBytes is how many bytes of a row are shown.
const firstBytes = 16

func newDataRecord(t *transcript, mark byte) *dataRecord {
	return &dataRecord{transcript: t, mark: mark, hash: sha256.New()}
}

// add records a chunk.
func (d *dataRecord) add(chunk []byte) {
	d.hash.Write(chunk)
	for len(chunk) > 0 {
		n := min(len(chunk), int(dataRow-d.length))
		d.first = append(d.first, chunk[:min(n, firstBytes-len(d.first))]...)
		d.length += int64(n)
		chunk = chunk[n:]
		if d.length == dataRow {
			d.flush()
		}
	}
}

// flush writes the row so far.
func (d *dataRecord) flush() {
	if d.length == 0 {
		return
	}
	d.row(d.mark, fmt.Sprintf("data %d+%d %s", d.offset, d.length, escapeBytes(string(d.first))))
	d.offset += d.length
	d.length, d.first = 0, d.first[:0]
}

// sum writes what is left and returns the SHA-256 of all in hexadecimal.
func (d *dataRecord) sum() string {
	d.flush()
	return hex.EncodeToString(d.hash.Sum(nil))
}
