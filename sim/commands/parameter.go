package commands

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Param is one parameter of a command: a number within ranges, one of a few
// words, or a string.
type Param struct {
	Name     string   // as the manual names it
	Ranges   []Range  // the numbers allowed
	Words    []string // the words allowed, in capitals and without quotes
	Optional bool     // may be left out
	Secret   bool     // masked in every record
}

// Range is a range of numbers, both ends included.
type Range struct{ Low, High int64 }

// number declares a numeric parameter within one range.
func number(name string, low, high int64) Param {
	return Param{Name: name, Ranges: []Range{{low, high}}}
}

// word declares a parameter that is one of a few words.
func word(name string, words ...string) Param { return Param{Name: name, Words: words} }

// kept declares the one parameter of a command that sets something: left out,
// what is set stays.
func kept(name string, low, high int64) []Param {
	return []Param{number(name, low, high).optional()}
}

// text declares a string parameter.
func text(name string) Param { return Param{Name: name} }

// optional marks a parameter as one that may be left out.
func (p Param) optional() Param { p.Optional = true; return p }

// secret marks a parameter as one that no record shows.
func (p Param) secret() Param { p.Secret = true; return p }

// or adds a further range.
func (p Param) or(low, high int64) Param {
	p.Ranges = append(p.Ranges, Range{low, high})
	return p
}

// check returns what is wrong with the parameter.
func (p Param) check() error {
	switch {
	case p.Name == "":
		return errors.New("it has no name")
	case p.Secret && !p.isText():
		return fmt.Errorf("%s is secret, which only a string can be", p.Name)
	case len(p.Words) > 0 && len(p.Ranges) > 0:
		return fmt.Errorf("%s is a number and a word at once", p.Name)
	}
	for _, r := range p.Ranges {
		if r.Low < 0 || r.Low > r.High {
			return fmt.Errorf("%s: %d to %d is not a range (the lowest comes first, and none is below 0)", p.Name, r.Low, r.High)
		}
	}
	return nil
}

// isText reports whether the parameter is a string.
func (p Param) isText() bool { return len(p.Ranges) == 0 && len(p.Words) == 0 }

// allows reports whether n lies within one of the ranges.
func (p Param) allows(n int64) bool {
	for _, r := range p.Ranges {
		if r.Low <= n && n <= r.High {
			return true
		}
	}
	return false
}

// list is the parameter's supported values as a test form prints them
// (V.250 5.7.3.1): "(0,1)", "(0-3)", "(0-18,31)"; empty for a string.
func (p Param) list() string {
	if p.isText() {
		return ""
	}
	parts := slices.Clone(p.Words)
	for _, r := range p.Ranges {
		switch r.High - r.Low {
		case 0:
			parts = append(parts, strconv.FormatInt(r.Low, 10))
		case 1:
			parts = append(parts, fmt.Sprintf("%d,%d", r.Low, r.High))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", r.Low, r.High))
		}
	}
	return "(" + strings.Join(parts, ",") + ")"
}

// testText is what the test form answers after the command's name, or "" when
// there is nothing to say but OK.
func (r *Row) testText() string {
	if r.TestText != "" || len(r.Params) == 0 {
		return r.TestText
	}
	if len(r.Params) == 1 && r.Params[0].isText() {
		return "()"
	}
	lists := make([]string, len(r.Params))
	for i, p := range r.Params {
		lists[i] = p.list()
	}
	return strings.Join(lists, ",")
}

// A Value is one argument as the host gave it.
type Value struct {
	Given  bool   // false: left out
	Number int64  // of a numeric parameter
	Text   string // of a string parameter, escapes resolved, or a word
}

// Args are the arguments of one call, one for each Param of its row.
type Args []Value

// Number returns the i-th argument as an int. The row's ranges have bounded it.
func (a Args) Number(i int) int { return int(a[i].Number) }

// Text returns the i-th argument's string.
func (a Args) Text(i int) string { return a[i].Text }

// NumberOr returns the i-th argument as an int, or the value so far when the
// host left it out (V.250 5.4.4.2).
func (a Args) NumberOr(i, soFar int) int {
	if !a[i].Given {
		return soFar
	}
	return a.Number(i)
}

// Given reports whether the host gave the i-th argument.
func (a Args) Given(i int) bool { return a[i].Given }

// parseArgs reads the text after "=" against the row's parameters. Any fault
// is a syntax error (V.250 5.4.4.2, 27.007 5).
func (r *Row) parseArgs(s string) (Args, error) {
	fields, ok := splitArgs(s)
	if !ok {
		return nil, because(ErrSyntax, "a string does not end with a quote")
	}
	if len(fields) > max(1, len(r.Params)) || len(r.Params) == 0 && s != "" {
		return nil, because(ErrSyntax, "%s takes %d parameters at most", r.Name, len(r.Params))
	}
	args := make(Args, len(r.Params))
	for i, p := range r.Params {
		field := ""
		if i < len(fields) {
			field = fields[i]
		}
		if field == "" {
			if !p.Optional {
				return nil, because(ErrSyntax, "the parameter %s is missing", p.Name)
			}
			continue
		}
		v, ok := p.parse(field)
		if !ok {
			return nil, because(ErrSyntax, "the parameter %s is not %s", p.Name, p.want())
		}
		args[i] = v
	}
	return args, nil
}

// want says what the parameter is, in words.
func (p Param) want() string {
	if p.isText() {
		return "a string in quotes"
	}
	return "one of " + p.list()
}

// parse reads one argument.
func (p Param) parse(field string) (Value, bool) {
	if p.isText() {
		s, ok := unquote(field)
		return Value{Given: true, Text: s}, ok
	}
	if len(p.Words) > 0 {
		return Value{Given: true, Text: field}, slices.Contains(p.Words, field)
	}
	n, ok := parseNumber(field)
	return Value{Given: true, Number: n}, ok && p.allows(n)
}

// parseNumber reads a decimal number of V.250 5.4.2.1: digits only.
func parseNumber(s string) (int64, bool) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
