package sim

import (
	"bytes"

	"github.com/modemsim/modemsim/sim/commands"
)

// maxLine is the longest command line of the module in bytes, AT included and
// the terminator not (AT manual, general limits).
const maxLine = 200

// keptLine is how much of a longer line is kept, for the commands that may have one.
const keptLine = 2048

// A lineReader finds command lines in what the host sends (V.250 5.2).
type lineReader struct {
	state    lineState
	body     []byte // of the line so far, after AT
	length   int    // bytes of the line, AT included
	last     string // body of the last line, for A/
	afterEnd bool   // the byte before ended a line
	junk     bool   // characters that do not begin a line came since the last one
}

type lineState int

const (
	seekingA lineState = iota
	seekingT
	inBody
)

// lineEvent is what a byte completed.
type lineEvent int

const (
	lineNone    lineEvent = iota
	lineStarted           // the prefix AT is there
	lineEnded             // body is a command line
	lineRepeat            // A/: body is the last line again
	lineTooLong           // a line longer than maxLine ended; body is its first keptLine bytes
	lineJunk              // characters without a prefix ended
)

// feed takes one byte. echo is false for the LF of a CR LF pair alone, which
// V.250 does not count as input.
func (l *lineReader) feed(b byte, p *commands.Profile) (event lineEvent, echo bool) {
	if l.afterEnd && b&0x7f == p.Char(4) {
		l.afterEnd = false
		return lineNone, false
	}
	l.afterEnd = false
	if l.state == inBody {
		return l.feedBody(b, p), true
	}
	return l.feedPrefix(b, p), true
}

// feedPrefix looks for AT, at or A/; what stands before is discarded
// (V.250 5.2.1). Mixed case is accepted.
func (l *lineReader) feedPrefix(b byte, p *commands.Profile) lineEvent {
	switch c := b & 0x7f; {
	case l.state == seekingT && (c == 'T' || c == 't'):
		l.state, l.body, l.length, l.junk = inBody, l.body[:0], len("AT"), false
		return lineStarted
	case l.state == seekingT && c == '/':
		l.reset()
		l.body = append(l.body[:0], l.last...)
		return lineRepeat
	case c == 'A' || c == 'a':
		l.state = seekingT
		return lineNone
	case c == p.Char(3):
		junk := l.junk || l.state == seekingT
		l.reset()
		l.afterEnd = true
		if junk {
			return lineJunk
		}
		return lineNone
	}
	l.state = seekingA
	l.junk = l.junk || b > ' '
	return lineNone
}

// feedBody collects the line. The terminator is tested before the character
// that deletes (V.250 6.2.1 and 6.2.3); other control characters are ignored.
// The eighth bit counts within strings only, where names may need it.
func (l *lineReader) feedBody(b byte, p *commands.Profile) lineEvent {
	if b > 0x7f && bytes.Count(l.body, []byte{'"'})%2 == 0 {
		b &= 0x7f
	}
	switch {
	case b == p.Char(3):
		return l.end()
	case b == p.Char(5):
		l.erase()
	case b >= ' ' && b != 0x7f:
		if l.length++; l.length <= keptLine {
			l.body = append(l.body, b)
		}
	}
	return lineNone
}

// erase drops the last character of the body; the prefix stays.
func (l *lineReader) erase() {
	if l.length == len("AT") {
		return
	}
	if l.length--; l.length < keptLine {
		l.body = l.body[:l.length-len("AT")]
	}
}

// end ends a line and leaves its body in l.body.
func (l *lineReader) end() lineEvent {
	tooLong := l.length > maxLine
	l.reset()
	l.afterEnd = true
	if tooLong {
		return lineTooLong
	}
	l.last = string(l.body)
	return lineEnded
}

// started reports whether the prefix of a line is there but not its end.
func (l *lineReader) started() bool { return l.state == inBody }

// reset goes back to looking for a prefix. The last line stays for A/.
func (l *lineReader) reset() { l.state, l.length, l.junk = seekingA, 0, false }
