package commands

import "strings"

// A Form is one way to write a command, or a set of them (V.250 5.4.3 and 5.4.4).
type Form uint8

// The forms of a command.
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

// Has reports whether f holds every form of g.
func (f Form) Has(g Form) bool { return f&g == g }

// String returns the names of the forms, separated by blanks.
func (f Form) String() string {
	var names []string
	for _, n := range formNames {
		if f.Has(n.form) {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

// Each returns the forms of a set one by one.
func (f Form) Each() []Form {
	var forms []Form
	for _, n := range formNames {
		if f.Has(n.form) {
			forms = append(forms, n.form)
		}
	}
	return forms
}

// A Need is what must hold before the set or execute form of a command runs. Read and test forms do
// without, unless their function says otherwise.
type Need uint8

// The needs of a command.
const (
	NeedsSIM        Need = 1 << iota // the SIM is ready, else +CME ERROR 10 or 11 to 14
	NeedsRegistered                  // registered to a network, else +CME ERROR 30
	NeedsGPRS                        // the GPRS context is active, else the IP error 301
	NeedsFTP                         // the FTP control connection is open, else ERROR
	NeedsLogin                       // logged in to the FTP server, else ERROR
)

// Has reports whether n holds every need of o.
func (n Need) Has(o Need) bool { return n&o == o }

// needNames are the needs as the command reference prints them.
var needNames = []struct {
	need Need
	name string
}{{NeedsSIM, "SIM"}, {NeedsRegistered, "network"}, {NeedsGPRS, "GPRS"}, {NeedsFTP, "FTP"}, {NeedsLogin, "login"}}

// String returns the names of the needs, separated by blanks.
func (n Need) String() string {
	var names []string
	for _, x := range needNames {
		if n.Has(x.need) {
			names = append(names, x.name)
		}
	}
	return strings.Join(names, " ")
}

// A Fidelity says where the behaviour of a command comes from.
type Fidelity string

// The three degrees of fidelity.
const (
	Documented Fidelity = "documented" // in a vendor document
	Observed   Fidelity = "observed"   // in a real log or host program
	Assumed    Fidelity = "assumed"    // documented nowhere: a decision of this project
)

// An IPFailure says what the host sees when a command fails with an [IPError].
type IPFailure int

// The kinds of IP failures.
const (
	Unnumbered IPFailure = iota // ERROR; the command is not about IP
	Plain                       // ERROR; the number goes to +AIPESTAT only (FTP AT manual)
	Numbered                    // as the setting ip-error says; the number goes to +AIPESTAT too
)

// A Row declares one AT command. Name, Forms and Do must be set; the rest may be left out.
type Row struct {
	// Name is the command as a host writes it after AT, in capitals: "+AFTPO", "&F", "E". At most 16
	// characters follow the +.
	Name string
	// Forms are the forms it has; any other form gets ERROR.
	Forms Form
	// Needs must hold before a set or execute form runs.
	Needs Need
	// Params are the parameters of the set form, or the one number of a basic command.
	Params []Param
	// TestText is what the test form answers after "+NAME: " when Params do not say it.
	TestText string
	// TestDo answers the test form when neither Params nor TestText can.
	TestDo func(*Call) error
	// Abort is the final result when a character from the host ends the command (V.250 5.6.1); nil
	// if none does.
	Abort error
	// IP is what the host sees when the command fails with an IPError.
	IP IPFailure
	// Longest is the longest line that begins with the command, in bytes, when the module's limit
	// does not hold for it: less than 2048.
	Longest int
	// Messages says that the command is one of 27.005: its failures are +CMS ERROR, not +CME ERROR.
	Messages bool
	// Fidelity is where the behaviour comes from, but for the parts that are Assumed.
	Fidelity Fidelity
	Assumed  []Assumption
	// Mark says that the command is less than its manual, and Why why: one line for the reference.
	Mark Mark
	Why  string
	// Doc is one line for the reference, Source the document and chapter.
	Doc, Source string
	// Do runs every form but the test form. Its error is the final result, nil is OK.
	Do func(*Call) error
}

// basic reports whether the row is written in basic syntax (V.250 5.3.1).
func (r *Row) basic() bool { return r.Name[0] == '&' || isLetter(r.Name[0]) }
