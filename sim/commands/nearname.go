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
		return likeWithin(name, text).least <= tolerance(name)
	})
}

// tolerance is how many edits make nearly a name of another text: two, and less than half of a
// short name.
func tolerance(name string) int { return min(2, (len(name)-1)/2) }

// A likeness says how a text is like a name, as numbers of characters that must be inserted,
// deleted or replaced in a start of the text to make it the name.
type likeness struct {
	least int // edits of the start that is most like the name
	end   int // of the shortest such start
	whole int // edits of the whole text
}

// likeTo compares the starts of a text to a name.
func likeTo(name, text string) likeness { return compare(name, text, 1) }

// likeWithin compares what the starts of a text end with to a name.
func likeWithin(name, text string) likeness { return compare(name, text, 0) }

// compare finds the fewest edits column by column (Levenshtein; Sellers when to skip a character in
// front of the name costs nothing).
func compare(name, text string, skip int) likeness {
	var short [2 + maxName]int // every line is compared, which is not to allocate
	column := short[:0]
	for i := range len(name) + 1 {
		column = append(column, i)
	}
	like := likeness{least: len(name), whole: len(name)}
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
		like.whole = column[len(name)]
		if like.whole < like.least {
			like.least, like.end = like.whole, n+1
		}
	}
	return like
}
