package sim

import (
	"bytes"
	"testing"

	"github.com/modemsim/modemsim/sim/commands"
)

// read feeds bytes and returns the events that are none of lineNone.
func (l *lineReader) read(t *testing.T, p *commands.Profile, input []byte) (events []lineEvent) {
	t.Helper()
	for _, b := range input {
		if event, _ := l.feed(b, p); event != lineNone {
			events = append(events, event)
		}
	}
	return events
}

// FuzzLine holds the line reader against a model of V.250 5.2: what stands between AT and CR, each
// BS taking a character back, is the line; over 200 bytes it is too long.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"AT\r", "at+csq\r\n", "A/", "AT+CSQ\rA/", "AAAT\r\r", "xAT1\x08\x08\x08\x082\r", "AT\x1b\x00\x7f\r", "A\rT\r", "aT\"a;b\"\r\nAT\r",
		"AT" + string(bytes.Repeat([]byte("x"), 199)) + "\x08\r", "AT" + string(bytes.Repeat([]byte("x"), 198)) + "\rA/",
		"\xC1\xD4\x8D", "AT\"\xC3\x8D\"\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		p := commands.Factory()
		var l lineReader
		var typed []byte // of the line, edited
		inLine := false
		ascii := true
		for i, b := range input {
			ascii = ascii && b < 0x80
			event, _ := l.feed(b, &p)
			switch event {
			case lineStarted:
				if inLine {
					t.Fatalf("%q: a line starts in a line at %d", input, i)
				}
				inLine, typed = true, typed[:0]
				continue
			case lineEnded, lineTooLong:
				if !inLine || b&0x7f != '\r' {
					t.Fatalf("%q: a line ends at %d", input, i)
				}
				inLine = false
				if tooLong := len(typed) > 198; ascii && (tooLong != (event == lineTooLong) || !tooLong && !bytes.Equal(l.body, typed)) {
					t.Fatalf("%q: line %q, want %q, too long %t", input, l.body, typed, tooLong)
				}
			case lineRepeat:
				if inLine || b&0x7f != '/' || string(l.body) != l.last {
					t.Fatalf("%q: A/ at %d", input, i)
				}
			}
			if len(l.body) > keptLine-2 || bytes.ContainsAny(l.body, "\r\n\b") {
				t.Fatalf("%q: body %q", input, l.body)
			}
			if !inLine {
				continue
			}
			switch {
			case b == '\b':
				typed = typed[:max(0, len(typed)-1)]
			case b >= ' ' && b != 0x7f:
				typed = append(typed, b)
			}
		}
		// whatever came before, an empty line and the next one is read as ever
		l.read(t, &p, []byte("\r\""))
		l.read(t, &p, []byte("\r\r"))
		if got := l.read(t, &p, []byte("AT+CSQ\r\nA/")); len(got) != 3 || got[0] != lineStarted || got[1] != lineEnded || got[2] != lineRepeat || string(l.body) != "+CSQ" {
			t.Fatalf("%q: then AT+CSQ and A/ give %v, body %q", input, got, l.body)
		}
	})
}

// The echo is of what counts as input: all but the LF of CR LF.
func TestLineEcho(t *testing.T) {
	for input, want := range map[string]string{
		"AT\r\n": "AT\r", "AT\n\r\n\n": "AT\n\r\n", "\n": "\n", "\r\nAT\r": "\rAT\r", "AT\r\r\n": "AT\r\r", "A/\n": "A/\n",
	} {
		p := commands.Factory()
		var l lineReader
		var got []byte
		for _, b := range []byte(input) {
			if _, echo := l.feed(b, &p); echo {
				got = append(got, b)
			}
		}
		if string(got) != want {
			t.Errorf("%q is echoed %q, want %q", input, got, want)
		}
	}
}
