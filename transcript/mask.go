package transcript

import (
	"slices"
	"strings"
)

// Mask stands in a row for a secret.
const Mask = "***"

// Hidden stands for a line of which nothing may be shown.
const Hidden = "(a line that may hold a password)"

// A Span is a part of a row's text: its bytes from Start up to End.
type Span struct{ Start, End int }

// A Masker finds what no row may show of what a host types.
type Masker interface {
	// LineSecrets returns the secrets in a line, as parts of it. Whole is false for a line that may
	// hold others and cannot be read: nothing of it may be shown.
	LineSecrets(line string) (parts []Span, whole bool)
	// MayHoldSecret reports whether a piece of a line names something that takes a secret, which may
	// stand in another piece, or edits what stands there.
	MayHoldSecret(piece string) bool
}

// hide replaces all of a text.
func hide() (string, []Span) { return Hidden, []Span{{0, len(Hidden)}} }

// Masked returns a text with [Mask] in place of some parts, and where it stands.
func Masked(text string, parts []Span) (string, []Span) {
	if len(parts) == 0 {
		return text, nil
	}
	var b strings.Builder
	var masked []Span
	from := 0
	for _, p := range merge(parts) {
		b.WriteString(text[from:p.Start])
		masked = append(masked, Span{b.Len(), b.Len() + len(Mask)})
		b.WriteString(Mask)
		from = p.End
	}
	b.WriteString(text[from:])
	return b.String(), masked
}

// merge orders parts and makes one of those that overlap.
func merge(parts []Span) []Span {
	slices.SortFunc(parts, func(a, b Span) int { return a.Start - b.Start })
	merged := parts[:0]
	for _, p := range parts {
		if n := len(merged); n > 0 && p.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, p.End)
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

// find finds the secrets in a text, in either case.
func find(text string, secrets []string) []Span {
	var found []Span
	for _, s := range secrets {
		for at := 0; s != "" && at+len(s) <= len(text); {
			if strings.EqualFold(text[at:at+len(s)], s) {
				found = append(found, Span{at, at + len(s)})
				at += len(s)
				continue
			}
			at++
		}
	}
	return found
}

// findWords finds the secrets, without their quotes, that stand in a text as words of their own, as
// in the reply of a server that repeats them.
func findWords(text string, secrets []string) []Span {
	var words []Span
	for _, s := range secrets {
		if s = unquoted(s); len(s) < telling {
			continue
		}
		for _, p := range find(text, []string{s}) {
			if !endsInWord(text[:p.Start]) && !startsWithWord(text[p.End:]) {
				words = append(words, p)
			}
		}
	}
	return words
}

// findCommands finds the secrets of the commands that a remark names, such as the rule of a
// scenario that fired.
func findCommands(text string, m Masker) []Span {
	var found []Span
	for at := 0; m != nil && at < len(text); at++ {
		if !startsWithAT(text[at:]) || endsInWord(text[:at]) {
			continue
		}
		line := word(text[at:])
		parts, whole := m.LineSecrets(line)
		if !whole {
			parts = []Span{{0, len(line)}}
		}
		for _, p := range parts {
			found = append(found, Span{at + p.Start, at + p.End})
		}
		at += len(line) - 1
	}
	return found
}

func startsWithAT(s string) bool { return len(s) >= 2 && strings.EqualFold(s[:2], "AT") }

// word is a text up to its first blank outside quotes.
func word(text string) string {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ' ' && !quoted:
			return text[:i]
		}
	}
	return text
}

// unquoted removes the quotes around a string.
func unquoted(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`) }

func endsInWord(s string) bool     { return s != "" && alphanumeric(s[len(s)-1]) }
func startsWithWord(s string) bool { return s != "" && alphanumeric(s[0]) }
func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// maskAltered masks a text in which a secret may have been cut or changed by a fault. Whole secrets
// are masked, and so are those cut by the start or the end of the text; a text that has more of one
// is hidden.
func maskAltered(text string, secrets []string) (string, []Span) {
	parts := append(find(text, secrets), findWords(text, secrets)...)
	for _, s := range secrets {
		for n := min(len(s)-1, len(text)); n > 0; n-- {
			if strings.EqualFold(text[len(text)-n:], s[:n]) {
				parts = append(parts, Span{len(text) - n, len(text)})
				break
			}
		}
		for n := min(len(s)-1, len(text)); n > 0; n-- {
			if strings.EqualFold(text[:n], s[len(s)-n:]) {
				parts = append(parts, Span{0, n})
				break
			}
		}
	}
	masked, spans := Masked(text, parts)
	if resembles(masked, secrets) || len(text) < telling && resembles(strings.Join(secrets, "\n"), []string{text}) {
		return hide()
	}
	return masked, spans
}

// telling is how many bytes of a secret in a row give part of it away.
const telling = 3

// resembles reports whether a text has some bytes in a row of a secret.
func resembles(text string, secrets []string) bool {
	for _, s := range secrets {
		n := min(telling, len(s))
		for at := 0; n > 0 && at+n <= len(s); at++ {
			if len(find(text, []string{s[at : at+n]})) > 0 {
				return true
			}
		}
	}
	return false
}

// A lineMask masks the lines that a host types, or the echo of them. A line may come in several
// pieces: behind one that may begin a secret, the others are hidden.
type lineMask struct {
	masker Masker
	open   bool     // the line has begun
	carry  string   // the end of its pieces so far
	hiding bool     // they may have begun a secret
	masked []string // what was masked of them
}

// maxMasked is how many parts of a line that is masked are remembered.
const maxMasked = 64

// mask masks a line, or a piece of one when open. When the line ends, it returns all that was
// masked of it.
func (l *lineMask) mask(text string, open bool) (shown string, parts []Span, masked []string) {
	if l.masker == nil {
		return text, nil, nil
	}
	found, whole := l.masker.LineSecrets(text)
	goesOn := l.open && carried(text) != ""
	if !whole || goesOn && (l.hiding || l.masker.MayHoldSecret(l.carry+text)) {
		found = []Span{{0, len(text)}}
		shown, parts = hide()
	} else {
		shown, parts = Masked(text, found)
	}
	for _, p := range found[:min(len(found), maxMasked-len(l.masked))] {
		l.masked = append(l.masked, text[p.Start:p.End])
	}
	if open {
		l.hiding = l.hiding || len(found) > 0 || l.masker.MayHoldSecret(text)
		l.open, l.carry = true, carried(l.carry+text)
		return shown, parts, nil
	}
	masked = l.masked
	*l = lineMask{masker: l.masker}
	return shown, parts, masked
}

// carried is the end of a piece, long enough for any name, without blanks and what does not print.
func carried(piece string) string {
	var b []byte
	for i := range len(piece) {
		if c := piece[i] & 0x7f; c > ' ' && c != 0x7f {
			b = append(b, piece[i])
		}
	}
	return string(b[max(0, len(b)-64):])
}
