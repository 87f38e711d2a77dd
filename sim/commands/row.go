package commands

import (
	"fmt"
	"strings"
)

// Form is one way to write a command (V.250 5.4.3 and 5.4.4).
type Form uint8

// The forms of a command; a Row lists those it has as a set.
const (
	Execute Form = 1 << iota // +X, or a basic command with its number
	Set                      // +X=value
	Read                     // +X?
	Test                     // +X=?
)

// formNames are the forms as the command reference prints them.
var formNames = []struct {
	form Form
	name string
}{{Execute, "execute"}, {Set, "set"}, {Read, "read"}, {Test, "test"}}

// Has reports whether f contains every form of g.
func (f Form) Has(g Form) bool { return f&g == g }

// String lists the forms, separated by a blank.
func (f Form) String() string {
	var names []string
	for _, n := range formNames {
		if f.Has(n.form) {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

// Each returns the single forms of a set.
func (f Form) Each() []Form {
	var forms []Form
	for _, n := range formNames {
		if f.Has(n.form) {
			forms = append(forms, n.form)
		}
	}
	return forms
}

// Need is what must hold before the set or execute form of a command runs.
// Read and test forms always answer.
type Need uint8

// The needs, as a set.
const (
	NeedsSIM        Need = 1 << iota // the SIM is ready, else +CME ERROR 10 or 11 to 14
	NeedsRegistered                  // registered to a network, else +CME ERROR 30
	NeedsGPRS                        // the GPRS context is active, else the IP error 301
	NeedsFTP                         // the FTP control connection is open, else ERROR
	NeedsLogin                       // logged in to the FTP server, else ERROR
)

// Has reports whether n contains every need of o.
func (n Need) Has(o Need) bool { return n&o == o }

// needNames are the needs as the command reference prints them.
var needNames = []struct {
	need Need
	name string
}{{NeedsSIM, "SIM"}, {NeedsRegistered, "network"}, {NeedsGPRS, "GPRS"}, {NeedsFTP, "FTP"}, {NeedsLogin, "login"}}

// String lists the needs, separated by a blank.
func (n Need) String() string {
	var names []string
	for _, x := range needNames {
		if n.Has(x.need) {
			names = append(names, x.name)
		}
	}
	return strings.Join(names, " ")
}

// Fidelity says where the behaviour of a command comes from.
type Fidelity string

// The three degrees of fidelity.
const (
	Documented Fidelity = "documented" // in a vendor document
	Observed   Fidelity = "observed"   // in a real log or host program
	Assumed    Fidelity = "assumed"    // documented nowhere: a decision of this project
)

// IPFailure says what becomes of a command's IPError.
type IPFailure int

// The kinds of commands in this respect.
const (
	Unnumbered IPFailure = iota // has none
	Plain                       // ERROR; the number goes to +AIPESTAT only (FTP AT manual)
	Numbered                    // as the setting ip-error says, and to +AIPESTAT (Enhanced AT manual 7)
)

// A Row declares one AT command.
type Row struct {
	Name     string            // as the host writes it, in capitals: "+AFTPO", "&F", "E"
	Forms    Form              // the forms it has; any other gets ERROR
	Needs    Need              // checked before a set or execute form runs
	Params   []Param           // of the set form, or of a basic command's number
	TestText string            // what =? answers after "+NAME: " when the parameters do not say it
	TestDo   func(*Call) error // answers =? where that takes more than a text; nil: Params or TestText do
	Abort    error             // the final result when a character from the host ends it; nil: not abortable (V.250 5.6.1)
	IP       IPFailure         // how its failures are numbered
	Fidelity Fidelity          // where its behaviour comes from
	Doc      string            // one line
	Source   string            // document and chapter
	Do       func(*Call) error
}

// check returns what keeps the row from a table.
func (r *Row) check() error {
	switch {
	case !isName(r.Name):
		return fmt.Errorf("%q is not the name of a command (write +NAME, &X or X in capitals, without AT)", r.Name)
	case r.Do == nil:
		return fmt.Errorf("%s has no function (set Do)", r.Name)
	case r.Forms == 0:
		return fmt.Errorf("%s has no form (set Forms to some of Execute, Set, Read and Test)", r.Name)
	case r.basic() && r.Name != "S" && r.Forms != Execute:
		return fmt.Errorf("%s is a basic command, which has the form Execute alone", r.Name)
	}
	for i, p := range r.Params {
		if err := p.check(); err != nil {
			return fmt.Errorf("%s, parameter %d: %w", r.Name, i+1, err)
		}
	}
	return nil
}

// isName reports whether the grammar reads s as the name of one command and nothing else.
func isName(s string) bool {
	if s == "S" { // which a line has with the number of a register alone
		return true
	}
	cmd, rest, err := Next(s)
	return err == nil && rest == "" && cmd == Command{Name: s, Form: Execute}
}

// basic reports whether the row is written in basic syntax (V.250 5.3.1).
func (r *Row) basic() bool { return r.Name[0] == '&' || isLetter(r.Name[0]) }
