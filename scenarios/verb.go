package scenarios

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/sim/faults"
)

// A verb is what a rule can do: a row of the verbs table.
type verb struct {
	name   string
	args   string // as in the reference
	doc    string
	answer bool // acts on the answer to the command that triggered it
	fault  bool // is something that goes wrong, and promises to happen when counted
	// parse takes the arguments, in the verb's own type.
	parse func(*scanner) (any, error)
}

// usage is the verb with its arguments.
func (v verb) usage() string { return strings.TrimSpace(v.name + " " + v.args) }

// verbs is filled by init, since the parser of an event looks a verb up.
var verbs []verbGroup

// A verbGroup is what belongs together in the reference.
type verbGroup struct {
	name  string
	verbs []verb
}

func init() {
	verbs = []verbGroup{
		{"state", stateVerbs},
		{"content", contentVerbs},
		{"answer", answerVerbs},
		{"line", lineVerbs},
		{"data", dataVerbs},
		{"server", nil},
		{"verdict", verdictVerbs},
		{"other", otherVerbs},
	}
	for _, f := range faults.Rows() {
		for i, g := range verbs {
			if g.name == faultGroup(f) {
				verbs[i].verbs = append(g.verbs, faultVerb(f))
			}
		}
	}
}

// faultGroup is the group of a fault's verb: the place where it acts.
func faultGroup(f faults.Row) string {
	if f.Anytime {
		return string(faults.OnLine)
	}
	return string(f.Hook)
}

// faultVerb is the verb of a fault.
func faultVerb(f faults.Row) verb {
	v := verb{name: f.Name, args: f.Args, doc: f.Doc, fault: true, answer: f.Hook == faults.OnAnswer && !f.Anytime}
	v.parse = func(s *scanner) (any, error) { return f.Parse(s) }
	if f.Standing() {
		v.args += "|off"
		v.parse = func(s *scanner) (any, error) {
			if s.Is("off") {
				return OffAction{}, nil
			}
			return f.Parse(s)
		}
	}
	return v
}

// eachVerb calls f for every verb.
func eachVerb(f func(group string, v verb)) {
	for _, g := range verbs {
		for _, v := range g.verbs {
			f(g.name, v)
		}
	}
}

// Verbs returns the names of the verbs.
func Verbs() []string {
	var names []string
	eachVerb(func(_ string, v verb) { names = append(names, v.name) })
	return names
}

func findVerb(name string) (found verb, err error) {
	eachVerb(func(_ string, v verb) {
		if v.name == name {
			found = v
		}
	})
	if found.name == "" {
		return verb{}, fmt.Errorf("unknown verb %q (%s)", name, suggest(name, Verbs()))
	}
	return found, nil
}

func join(words []string) string { return strings.Join(words, ", ") }
