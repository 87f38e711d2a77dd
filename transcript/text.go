package transcript

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// String is the row as text, without a line feed:
//
//	seconds > a line of the host
//	seconds < a frame of the modem
//	seconds # a note
//
// Seconds are right-aligned to twelve characters, with six decimals. Bytes that do not print are
// escaped. A piece of data is "data OFFSET+LENGTH" and its first bytes.
func (r Row) String() string { return string(r.appendText(nil)) }

// String is the rows as text, each with its line feed.
func (rows Rows) String() string {
	var b []byte
	for _, r := range rows {
		b = append(r.appendText(b), '\n')
	}
	return string(b)
}

// appendText appends the row as text, without a line feed.
func (r Row) appendText(b []byte) []byte {
	at := r.At.Round(time.Microsecond).Microseconds()
	b = fmt.Appendf(b, "%5d.%06d %c ", at/1e6, at%1e6, directions[r.Dir].mark)
	switch r.Kind {
	case Data:
		b = fmt.Appendf(b, "data %d+%d ", r.Offset, r.Length)
		return appendEscaped(b, r.Text)
	case Line:
		return appendEscaped(b, r.Text)
	}
	return r.appendNote(b)
}

// appendNote appends what stands behind the mark of a note.
func (r Row) appendNote(b []byte) []byte {
	switch f := forms[r.Kind]; {
	case f.bytes:
		return appendEscaped(append(b, f.text...), r.Text)
	case r.Kind == LeftOut:
		return append(strconv.AppendInt(b, r.Length, 10), f.text...)
	case f.text != "":
		return append(b, f.text...)
	case r.Where != "":
		b = append(append(b, oneLine(r.Where)...), ": "...)
	}
	return append(b, oneLine(r.Text)...)
}

// textSize is about how many bytes the row takes as text.
func (r Row) textSize() int {
	n := len("    0.000000 > \n") + len(forms[r.Kind].text) + len(r.Where) + len(r.Text)
	if !forms[r.Kind].bytes {
		return n
	}
	for i := range len(r.Text) {
		switch c := r.Text[i]; {
		case c == '\r', c == '\n', c == '\\':
			n++
		case c < ' ' || c > '~':
			n += 3
		}
	}
	return n
}

// appendEscaped appends bytes on one line: printing ASCII as it is, \r, \n and \\, the rest as
// \xHH.
func appendEscaped(b []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\\':
			b = append(b, `\\`...)
		case c < ' ' || c > '~':
			b = append(b, '\\', 'x', digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
	}
	return b
}

// unescape is the bytes that [appendEscaped] wrote.
func unescape(s string) (string, error) {
	var b strings.Builder
	for rest := s; rest != ""; {
		c, n := rest[0], 1
		switch hex, isHex := strings.CutPrefix(rest, `\x`); {
		case c < ' ' || c > '~':
			return "", fmt.Errorf(`%q at byte %d does not print (write \x%02X)`, rest[:1], len(s)-len(rest), c)
		case c != '\\':
		case strings.HasPrefix(rest, `\r`):
			c, n = '\r', 2
		case strings.HasPrefix(rest, `\n`):
			c, n = '\n', 2
		case strings.HasPrefix(rest, `\\`):
			n = 2
		default:
			v, err := strconv.ParseUint(hex[:min(2, len(hex))], 16, 8)
			if !isHex || len(hex) < 2 || err != nil {
				return "", fmt.Errorf(`unknown escape %q at byte %d (it is \r, \n, \\ or \xHH)`, rest[:min(4, len(rest))], len(s)-len(rest))
			}
			c, n = byte(v), 4
		}
		b.WriteByte(c)
		rest = rest[n:]
	}
	return b.String(), nil
}

// ParseText reads a row from its text, without a line feed. The row's text is that text again.
// Text says less than the row that it was made of: a Failure is read as a Note, a note that begins
// with FILE:LINE: as one of that line of a scenario, a line of the host that looks like a piece of
// data as data; what is masked is not marked.
func ParseText(text string) (Row, error) {
	r, rest, err := parseStart(text)
	switch {
	case err != nil:
		return Row{}, err
	case r.Dir == NoDirection:
		r = r.parseNote(rest)
	default:
		if r, err = r.parseBytes(rest); err != nil {
			return Row{}, err
		}
	}
	if err := r.check(); err != nil {
		return Row{}, err
	}
	if again := r.String(); again != text {
		return Row{}, fmt.Errorf("a transcript has this row as %q", again)
	}
	return r, nil
}

// parseStart reads the time and the mark of a row and returns the rest.
func parseStart(text string) (r Row, rest string, err error) {
	seconds, rest, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
	if r.At, err = parseSeconds(seconds); err != nil {
		return Row{}, "", err
	}
	for d := range directions {
		if after, ok := strings.CutPrefix(rest, string(directions[d].mark)+" "); ok {
			r.Dir = Direction(d)
			return r, after, nil
		}
	}
	return Row{}, "", errors.New(`no ">", "<" or "#" and a blank behind the time`)
}

// parseSeconds reads seconds with six decimals.
func parseSeconds(text string) (time.Duration, error) {
	whole, micros, _ := strings.Cut(text, ".")
	s, err1 := strconv.ParseUint(whole, 10, 32)
	us, err2 := strconv.ParseUint(micros, 10, 32)
	if err1 != nil || err2 != nil || len(micros) != 6 {
		return 0, fmt.Errorf("a row begins with seconds such as 1.250000, not with %q", text[:min(20, len(text))])
	}
	return time.Duration(s)*time.Second + time.Duration(us)*time.Microsecond, nil
}

// parseBytes reads what stands behind the mark of a direction.
func (r Row) parseBytes(rest string) (_ Row, err error) {
	r.Kind = Data
	if _, err := fmt.Sscanf(rest, "data %d+%d ", &r.Offset, &r.Length); err == nil {
		first := strings.SplitN(rest, " ", 3)
		if r.Text, err = unescape(first[len(first)-1]); err == nil && r.check() == nil && strings.HasSuffix(r.String(), rest) {
			return r, nil
		}
	}
	r.Kind, r.Offset, r.Length = Line, 0, 0
	r.Text, err = unescape(rest)
	return r, err
}

// parseNote reads what stands behind the mark of a note.
func (r Row) parseNote(rest string) Row {
	for k := range forms {
		if known, ok := (Row{At: r.At, Kind: Kind(k)}).parseForm(rest); ok {
			return known
		}
	}
	r.Text = rest
	if head, text, ok := strings.Cut(rest, ": "); ok {
		file, line, _ := cutLast(head, ":")
		n, err := strconv.ParseUint(line, 10, 32)
		if err == nil && file != "" && !strings.Contains(head, " ") && strconv.FormatUint(n, 10) == line {
			r.Where, r.Text = head, text
		}
	}
	return r
}

// parseForm reads the text of the row's kind, if that is a kind of note with a text of its own.
func (r Row) parseForm(rest string) (_ Row, ok bool) {
	f := forms[r.Kind]
	if f.text == "" {
		return r, false
	}
	var err error
	switch {
	case r.Kind == LeftOut:
		r.Length, err = strconv.ParseInt(strings.TrimSuffix(rest, f.text), 10, 64)
	case f.bytes:
		r.Text, err = unescape(strings.TrimPrefix(rest, f.text))
	}
	return r, err == nil && r.check() == nil && string(r.appendNote(nil)) == rest
}

// cutLast cuts around the last separator.
func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// ReadText reads a transcript that was written as text. Its errors begin with NAME:LINE.
func ReadText(name string, in io.Reader) (Rows, error) {
	return read(name, in, func(line []byte) (Row, error) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			return Row{}, errors.New("the transcript breaks off within this row")
		}
		if !utf8.Valid(line) {
			return Row{}, errors.New("the row is not UTF-8")
		}
		return ParseText(string(line[:len(line)-1]))
	})
}

// read reads the lines of a transcript.
func read(name string, in io.Reader, parse func(line []byte) (Row, error)) (Rows, error) {
	var rows Rows
	for lines, n := bufio.NewReader(in), 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(line) == 0 {
			return rows, nil
		}
		row, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		rows = append(rows, row)
	}
}
