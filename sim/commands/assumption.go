package commands

import (
	"slices"
	"strings"
)

// An Assumption is a part of a command that no document settles, while the rest is as the row's
// Fidelity says.
type Assumption struct {
	// Forms show it whenever they run; none: only the case that What names does.
	Forms Form
	// Values confine it to some first arguments of the set form, or to some registers of S, as the
	// host writes them in capitals; none: any.
	Values []string
	// What is the decision, in a few words.
	What string
}

// Assumes reports whether a command of this row shows behaviour that is assumed.
func (r *Row) Assumes(c Command) bool {
	if r.Fidelity == Assumed {
		return true
	}
	return slices.ContainsFunc(r.Assumed, func(a Assumption) bool { return a.shownBy(c) })
}

func (a Assumption) shownBy(c Command) bool {
	if !a.Forms.Has(c.Form) {
		return false
	}
	value, _, _ := strings.Cut(c.Text, ",")
	if c.Name == "S" {
		value = c.Reg
	}
	return len(a.Values) == 0 || slices.Contains(a.Values, value)
}

// The assumptions that many rows share.
var (
	assumedTestText = Assumption{Forms: Test, What: "its text: no document shows one"}
	assumedLengths  = Assumption{What: "a line of the server is shown whole, though the AT manual has response lines of 200 bytes"}
	assumedNames    = Assumption{What: `a name goes to the server as typed, \22 and \5C being a quote and a backslash; ` +
		"bytes above 127 come back as they are"}
	assumedBusy = Assumption{What: "between +AFTPRETR or +AFTPSTOR and +AFTPDATA every set form but that of +AFTPDATA and +AFTPC is ERROR"}
)
