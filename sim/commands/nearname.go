package commands

import (
	"slices"
	"strings"
)

// plain returns the letters of a text as a name has them: in capitals, without blanks and control
// characters and the eighth bit.
func plain(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i] & 0x7f; {
		case 'a' <= c && c <= 'z':
			b.WriteByte(c - ('a' - 'A'))
		case c > ' ' && c != 0x7f:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// names reports whether a text has the name of a command with a secret parameter.
func (t *Table) names(text string) bool {
	text = plain(text)
	return slices.ContainsFunc(t.secret, func(name string) bool { return strings.Contains(text, name) }) ||
		slices.ContainsFunc(t.listed, func(l Listed) bool { return l.secret && strings.Contains(text, l.Name) })
}

// nearlyNames reports whether a text has the name of a command with a secret parameter, or what
// nearly is one.
func (t *Table) nearlyNames(text string) bool {
	text = plain(text)
	return slices.ContainsFunc(t.secret, func(name string) bool {
		return slices.Min(editsWithin(name, text)) <= tolerance(name)
	})
}

// tolerance is how many edits make nearly a name of another text: two, and less than half of a
// short name.
func tolerance(name string) int { return min(2, (len(name)-1)/2) }

// editsTo returns, for each start of a text, how many characters at least must be inserted, deleted
// or replaced to make it the name.
func editsTo(name, text string) []int { return edits(name, text, 1) }

// editsWithin returns, for each start of a text, how many such edits make the name of what it ends
// with.
func editsWithin(name, text string) []int { return edits(name, text, 0) }

// edits finds the fewest edits column by column (Levenshtein; Sellers when to skip a character in
// front of the name costs nothing).
func edits(name, text string, skip int) []int {
	column := make([]int, len(name)+1)
	for i := range column {
		column[i] = i
	}
	fewest := []int{len(name)}
	for n := range len(text) {
		diagonal := column[0]
		column[0] += skip
		for i := range len(name) {
			replaced := diagonal
			if name[i] != text[n] {
				replaced++
			}
			diagonal = column[i+1]
			column[i+1] = min(replaced, column[i]+1, column[i+1]+1)
		}
		fewest = append(fewest, column[len(name)])
	}
	return fewest
}
