package commands

import (
	"fmt"
	"slices"
	"strings"
)

// A Listed is a command that a document of the module lists, whether modemsim has it or not.
type Listed struct {
	Name   string // as in a Row; the D of a packet call has its service code: "D*99"
	Source string // document and chapter, as in a Row

	secret bool // it takes a password
}

// row returns the name of the row that has the command: that of D for a packet call.
func (l Listed) row() string {
	if name, _, code := strings.Cut(l.Name, "*"); code && name != "" {
		return name
	}
	return l.Name
}

// parseListed reads lines of the form "SOURCE: NAME NAME ...". A name that ends in ! takes a
// password. A line that begins with # is a comment.
func parseListed(text string) ([]Listed, error) {
	var all []Listed
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		source, names, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("%q is not SOURCE: NAME NAME", line)
		}
		for _, name := range strings.Fields(names) {
			name, secret := strings.CutSuffix(name, "!")
			all = append(all, Listed{name, source, secret})
		}
	}
	return all, nil
}

// Listed returns the commands that the module's documents list, in the order of the documents; nil
// for a table that nobody gave a list.
func (t *Table) Listed() []Listed { return t.listed }

// Lacking returns the names of the listed commands that have no row: the module has them, modemsim
// does not.
func (t *Table) Lacking() []string {
	var names []string
	for _, l := range t.listed {
		if t.Lookup(l.row()) == nil {
			names = append(names, l.Name)
		}
	}
	return names
}

// Lacks reports whether a name is one of [Table.Lacking], and which document has it.
func (t *Table) Lacks(name string) (source string, lacks bool) {
	for _, l := range t.listed {
		if l.Name == name {
			return l.Source, t.Lookup(l.row()) == nil
		}
	}
	return "", false
}

// lacksSecret reports whether a name is one of [Table.Lacking] and takes a password.
func (t *Table) lacksSecret(name string) bool {
	return t.Lookup(name) == nil && slices.ContainsFunc(t.listed, func(l Listed) bool { return l.secret && l.Name == name })
}

// unknown is the error of a command that has no row.
func (t *Table) unknown(name string) error {
	if source, lacks := t.Lacks(name); lacks {
		return because(ErrSyntax, "the module has %s (%s), modemsim does not", name, source)
	}
	return because(ErrSyntax, "the module does not have %s", name)
}
