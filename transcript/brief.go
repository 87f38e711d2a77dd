package transcript

import (
	"fmt"
	"unicode/utf8"
)

// briefWidth is how many columns a line of [Rows.Brief] has at most.
const briefWidth = 96

// Brief is the end of the rows for a person, at most n lines without their line feeds: each row as
// its String is, cut to a line with the number of its bytes behind it. An echo that is what the
// host has sent is folded into the host's row.
func (rows Rows) Brief(n int) []string {
	var lines []string
	for i := 0; i < len(rows); i++ {
		r := rows[i]
		echoed := i+1 < len(rows) && r.echoedBy(rows[i+1])
		if echoed {
			i++
		}
		lines = append(lines, r.brief(echoed))
	}
	return lines[max(0, len(lines)-n):]
}

// echoedBy reports whether the row is a line of the host and the next one its echo.
func (r Row) echoedBy(next Row) bool {
	return r.Kind == Line && r.Dir == FromHost && next.Kind == Line && next.Dir == ToHost && next.Text == r.Text
}

// brief is the row on one line.
func (r Row) brief(echoed bool) string {
	about := ""
	if echoed {
		about = " (echoed)"
	}
	if line := r.String() + about; columns(line) <= briefWidth {
		return line
	}
	about = fmt.Sprintf(" ... (%d bytes)", len(r.Text))
	if echoed {
		about = fmt.Sprintf(" ... (%d bytes, echoed)", len(r.Text))
	}
	for r.Text = r.Text[:r.charsEnd(briefWidth)]; r.Text != "" && columns(r.String()+about) > briefWidth; {
		r.Text = r.Text[:r.charsEnd(r.chars()-1)]
	}
	return r.String() + about
}

// chars is how many characters the text has: bytes, or runes of a remark.
func (r Row) chars() int {
	if forms[r.Kind].bytes {
		return len(r.Text)
	}
	return utf8.RuneCountInString(r.Text)
}

// charsEnd is where the first n characters of the text end, or it does.
func (r Row) charsEnd(n int) int {
	if forms[r.Kind].bytes {
		return min(n, len(r.Text))
	}
	for i := range r.Text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(r.Text)
}

// columns is how wide a text is, as far as each character is one column.
func columns(text string) int { return utf8.RuneCountInString(text) }
