package transcript

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns a text on one line that a terminal only shows: what does not print, and bytes
// that are no UTF-8, become \r, \n and \xHH. A backslash stays as it is, so the text is not to be
// read back.
func Printable(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == utf8.RuneError && n == 1, hidden(r) && r != utf8.RuneError:
			for i := range n {
				fmt.Fprintf(&b, `\x%02X`, rest[i])
			}
		default:
			b.WriteString(rest[:n])
		}
		rest = rest[n:]
	}
	return b.String()
}

// hidden reports whether a rune does not print. The one that stands for a byte that is no UTF-8
// counts as hidden.
func hidden(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }
