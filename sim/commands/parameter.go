package commands

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Param is one parameter of a command: a number, a word or a string, made by [Number], [Word],
// [String], [File] or [Secret].
type Param struct {
	name     string     // as the manual names it
	ranges   []interval // the numbers allowed
	words    []string   // the words allowed, in capitals and without quotes; nil: it is not a word
	optional bool       // may be left out
	secret   bool       // masked in every record
	file     bool       // a file or folder on the server
	either   bool       // a number, or a string in quotes
}

// An interval is a range of numbers, both ends included.
type interval struct{ low, high int64 }

// Number declares a parameter that is a decimal number from low to high.
func Number(name string, low, high int64) Param {
	return Param{name: name, ranges: []interval{{low, high}}}
}

// Or allows the numbers from low to high as well.
func (p Param) Or(low, high int64) Param {
	p.ranges = append(slices.Clip(p.ranges), interval{low, high})
	return p
}

// Word declares a parameter that is one of a few words, which are given in capitals and which the
// host writes without quotes, in either case; with [Param.Or] it may also be a number.
func Word(name string, words ...string) Param {
	return Param{name: name, words: append([]string{}, words...)}
}

// Either declares a parameter that is a number from low to high or a string in quotes, as the mode
// of +CMGF wants it.
func Either(name string, low, high int64) Param {
	return Param{name: name, ranges: []interval{{low, high}}, either: true}
}

// String declares a parameter that is a string in quotes.
func String(name string) Param { return Param{name: name} }

// File declares a string that names a file or folder on the FTP server, which gets it as typed. It
// is not empty.
func File(name string) Param { return Param{name: name, file: true} }

// Secret declares a string that no record shows: transcripts and logs have *** in its place.
func Secret(name string) Param { return Param{name: name, secret: true} }

// Optional lets the host leave the parameter out.
func (p Param) Optional() Param { p.optional = true; return p }

// one declares the only parameter of a command, a number.
func one(name string, low, high int64) []Param { return []Param{Number(name, low, high)} }

// kept declares the only parameter of a command that sets a number: when the host leaves it out,
// the number stays as it is.
func kept(name string, low, high int64) []Param { return []Param{Number(name, low, high).Optional()} }

// isText reports whether the parameter is a string.
func (p Param) isText() bool { return p.ranges == nil && p.words == nil }

// allows reports whether n lies within one of the ranges.
func (p Param) allows(n int64) bool {
	for _, r := range p.ranges {
		if r.low <= n && n <= r.high {
			return true
		}
	}
	return false
}

// list returns the values that the parameter allows as a test form prints them: "(0,1)", "(0-3)",
// "(0-18,31)", and nothing for a string (V.250 5.7.3.1).
func (p Param) list() string {
	if p.isText() {
		return ""
	}
	parts := slices.Clone(p.words)
	for _, r := range p.ranges {
		switch r.high - r.low {
		case 0:
			parts = append(parts, strconv.FormatInt(r.low, 10))
		case 1:
			parts = append(parts, fmt.Sprintf("%d,%d", r.low, r.high))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", r.low, r.high))
		}
	}
	return "(" + strings.Join(parts, ",") + ")"
}

// testText returns what the test form answers after the command's name, or "" when it answers OK
// alone.
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

// An argument is one argument as the host gave it.
type argument struct {
	given  bool   // false: left out
	quoted bool   // of a parameter that is either: it is a string
	number int64  // of a numeric parameter
	text   string // of a string parameter, escapes resolved, or a word
}

// Args are the arguments of one call, one for each [Param] of its row, counted from 0. The row's
// parameters have been checked against them.
type Args []argument

// Number returns the i-th argument as an int, or 0 when the host left it out.
func (a Args) Number(i int) int { return int(a[i].number) }

// Int64 returns the i-th argument as an int64, or 0 when the host left it out.
func (a Args) Int64(i int) int64 { return a[i].number }

// Text returns the i-th argument, a string without its quotes or a word, or "" when the host left
// it out.
func (a Args) Text(i int) string { return a[i].text }

// NumberOr returns the i-th argument as an int, or other when the host left it out (V.250
// 5.4.4.2).
func (a Args) NumberOr(i, other int) int {
	if !a[i].given {
		return other
	}
	return a.Number(i)
}

// Given reports whether the host gave the i-th argument.
func (a Args) Given(i int) bool { return a[i].given }

// Quoted reports whether the host gave the i-th argument, of a parameter that is either, as a
// string.
func (a Args) Quoted(i int) bool { return a[i].quoted }

// parseArgs reads the text after "=" as the row's parameters. Anything wrong with it is ErrSyntax
// (V.250 5.4.4.2, 27.007 5).
func (r *Row) parseArgs(s string) (Args, error) {
	fields, ok := splitArgs(s)
	if !ok {
		return nil, because(ErrSyntax, "a string does not end with a quote")
	}
	if len(fields) > max(1, len(r.Params)) || len(r.Params) == 0 && s != "" {
		return nil, because(ErrSyntax, "%s takes at most %d parameters", r.Name, len(r.Params))
	}
	args := make(Args, len(r.Params))
	for i, p := range r.Params {
		field := ""
		if i < len(fields) {
			field = fields[i]
		}
		if field == "" {
			if !p.optional {
				return nil, because(ErrSyntax, "the parameter %s is missing", p.name)
			}
			continue
		}
		v, ok := p.parse(field)
		if !ok {
			return nil, because(ErrSyntax, "the parameter %s is not %s", p.name, p.want())
		}
		args[i] = v
	}
	return args, nil
}

// want says in words what the parameter must be.
func (p Param) want() string {
	if p.isText() {
		if p.file {
			return "a string in quotes that is not empty"
		}
		return "a string in quotes"
	}
	if p.either {
		return "one of " + p.list() + " or a string in quotes"
	}
	return "one of " + p.list()
}

// parse reads one argument.
func (p Param) parse(field string) (argument, bool) {
	if p.file {
		s, ok := unquoteName(field)
		return argument{given: true, text: s}, ok && s != ""
	}
	if p.isText() || p.either && field[0] == '"' {
		s, ok := unquote(field)
		return argument{given: true, quoted: p.either, text: s}, ok
	}
	if word := slices.Contains(p.words, field); word || p.words != nil && p.ranges == nil {
		return argument{given: true, text: field}, word
	}
	n, ok := parseNumber(field)
	return argument{given: true, number: n}, ok && p.allows(n)
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
