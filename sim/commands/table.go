package commands

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// A Group is rows that belong together, such as a chapter of a manual. Tables of several modules
// may share a group.
type Group struct {
	Name string // for errors
	Rows []Row
}

// A Table is the AT commands that a module knows. It does not change once it is made, so several
// modems may share one.
type Table struct {
	rows   map[string]*Row
	sorted []*Row   // in the order of All
	secret []string // the names of those with a secret parameter
	listed []Listed
}

// NewTable makes a table of groups, whose rows must not change afterwards. The error names every
// row that is not complete and every name that two rows have.
func NewTable(groups ...Group) (*Table, error) {
	rows := make(map[string]*Row)
	groupOf := make(map[string]string)
	var wrong []error
	for _, g := range groups {
		for i := range g.Rows {
			row := &g.Rows[i]
			if err := row.check(); err != nil {
				wrong = append(wrong, fmt.Errorf("group %q: %w", g.Name, err))
			}
			if other, ok := groupOf[row.Name]; ok {
				wrong = append(wrong, fmt.Errorf("group %q: %s has a row in group %q already (Table.With replaces one)",
					g.Name, row.Name, other))
			}
			rows[row.Name], groupOf[row.Name] = row, g.Name
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return tableOf(rows), nil
}

// With returns a table that has these rows as well; a row takes the place of one of the same name.
// The error names every row that is not complete.
func (t *Table) With(more ...Row) (*Table, error) {
	if len(more) == 0 {
		return t, nil
	}
	rows := maps.Clone(t.rows)
	var wrong []error
	for _, row := range more {
		wrong = append(wrong, row.check())
		rows[row.Name] = &row
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	with := tableOf(rows)
	with.listed = t.listed
	return with, nil
}

// tableOf makes a table of rows that have been checked.
func tableOf(rows map[string]*Row) *Table {
	sorted := slices.SortedFunc(maps.Values(rows), func(a, b *Row) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.Name, b.Name))
	})
	t := &Table{rows: rows, sorted: sorted}
	for _, r := range sorted {
		if r.hasSecret() {
			t.secret = append(t.secret, r.Name)
		}
	}
	return t
}

// order sorts basic commands before & commands before extended ones.
func order(r *Row) int {
	switch {
	case !r.basic():
		return 2
	case r.Name[0] == '&':
		return 1
	}
	return 0
}

// Longest returns the longest line that the first command of a line allows, in bytes with AT; 0: it
// is the module's limit.
func (t *Table) Longest(body string) int {
	cmd, _, _ := Next(Normalize(body))
	if row := t.Lookup(cmd.Name); row != nil {
		return row.Longest
	}
	return 0
}

// Lookup returns the row of a name in capitals, or nil when the module does not know the command.
// The row must not be changed.
func (t *Table) Lookup(name string) *Row { return t.rows[name] }

// All returns every row: basic commands first, then those with &, then extended ones, each kind by
// name. The rows must not be changed.
func (t *Table) All() []*Row { return slices.Clone(t.sorted) }

// Names returns the name of every row, in the order of [Table.All].
func (t *Table) Names() []string {
	names := make([]string, len(t.sorted))
	for i, r := range t.sorted {
		names[i] = r.Name
	}
	return names
}
