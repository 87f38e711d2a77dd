package commands

import (
	"cmp"
	"slices"
)

// chapters are the rows of the module, one slice a file.
var chapters = [][]Row{
	v25terRows, identityRows, networkRows, controlRows, packetRows,
	ipRows, specialRows, ftpLoginRows, ftpTransferRows, ftpFolderRows,
}

// rows is the table, by name. +CLAC prints it, so it is filled at start.
var rows map[string]*Row

func init() {
	rows = make(map[string]*Row)
	for _, chapter := range chapters {
		for i := range chapter {
			rows[chapter[i].Name] = &chapter[i]
		}
	}
}

// Lookup returns the row of a name in capitals, or nil when the module does
// not know the command.
func Lookup(name string) *Row { return rows[name] }

// All returns every row, basic commands first, each kind by name.
func All() []*Row {
	all := make([]*Row, 0, len(rows))
	for _, r := range rows {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *Row) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// Names returns the name of every row, in the order of [All].
func Names() []string {
	var names []string
	for _, r := range All() {
		names = append(names, r.Name)
	}
	return names
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
