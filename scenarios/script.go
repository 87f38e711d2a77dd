package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// blanks separate words. A value may hold them, so only those before it are skipped.
const blanks = " \t"

// maxLine is the longest line of a file in bytes, without its end.
const maxLine = 4096

// Script is a profile or scenario that Parse took.
type Script struct {
	Lines []Line
}

// Line is one rule and where it stands.
type Line struct {
	File string
	Line int // from 1
	Verb string
	Args string // what follows the verb, verbatim to the end of the line
}

// String is the rule as a line of a file, without its end.
func (l Line) String() string {
	if l.Args == "" {
		return l.Verb
	}
	return l.Verb + " " + l.Args
}

// Error is what is wrong with one line of a file. It reads FILE:LINE: what is wrong (hint).
type Error struct {
	File string
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// Parse reads a file of rules, one a line. A line that begins with #, blanks aside, is a comment; it and an empty line
// say nothing. Each rule is checked whole, values included. Parse stops at the first line that is wrong, or that cannot be
// read from r, and returns an *Error that names it by the name file.
func Parse(file string, r io.Reader) (*Script, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, &Error{file, bytes.Count(text, []byte("\n")) + 1, err}
	}
	sc, n := &Script{}, 0
	for full := range strings.Lines(string(text)) {
		n++
		line, err := parseLine(strings.TrimSuffix(strings.TrimSuffix(full, "\n"), "\r"))
		if err != nil {
			return nil, &Error{file, n, err}
		}
		if line.Verb == "" {
			continue
		}
		line.File, line.Line = file, n
		sc.Lines = append(sc.Lines, line)
	}
	return sc, nil
}

// parseLine returns no verb for a line that says nothing.
func parseLine(text string) (Line, error) {
	if len(text) > maxLine {
		return Line{}, fmt.Errorf("line too long (at most %d bytes)", maxLine)
	}
	if i := strings.IndexFunc(text, isControl); i >= 0 {
		return Line{}, fmt.Errorf("control character 0x%02X at byte %d (a line is plain text)", text[i], i+1)
	}
	text = strings.TrimLeft(text, blanks)
	if text == "" || text[0] == '#' {
		return Line{}, nil
	}
	name, args := cut(text)
	verb, err := findVerb(name)
	if err != nil {
		return Line{}, err
	}
	if err := verb.check(args); err != nil {
		return Line{}, err
	}
	return Line{Verb: name, Args: args}, nil
}

// isControl holds for what would be lost or taken for a line's end when the rule is printed and read again.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }

// cut splits the first word off and drops the blanks that follow it.
func cut(text string) (word, rest string) {
	i := strings.IndexAny(text, blanks)
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimLeft(text[i:], blanks)
}

// Apply sets on s what the script sets, in order. The error is an *Error; s is then unchanged.
func (sc *Script) Apply(s *Settings) error {
	applied := *s
	for _, l := range sc.Lines {
		if l.Verb != "set" {
			continue
		}
		if err := applied.Set(cut(l.Args)); err != nil {
			return &Error{l.File, l.Line, err}
		}
	}
	*s = applied
	return nil
}

// String prints the script so that Parse takes it again with the same rules in the same order, each on a line of its own.
func (sc *Script) String() string {
	var b strings.Builder
	for _, l := range sc.Lines {
		b.WriteString(l.String() + "\n")
	}
	return b.String()
}

// verb is what a rule can do.
type verb struct {
	name  string
	check func(args string) error
}

var verbs = []verb{
	{"gprs", oneOf("up", "down")},
	{"power", oneOf("on", "off")},
	{"network", oneOf(NetworkIdle, NetworkHome, NetworkSearching, NetworkDenied, NetworkUnknown, NetworkRoaming)},
	{"reset", oneOf("", "silent")},
	{"set", checkSet},
	{"sim", oneOf(SIMReady, SIMAbsent, SIMBusy, SIMPIN, SIMPUK)},
	{"urc", notEmpty},
}

// Verbs returns the names of the verbs.
func Verbs() []string {
	var names []string
	for _, v := range verbs {
		names = append(names, v.name)
	}
	return names
}

// oneOf is the check of a verb that takes one of a few words.
func oneOf(words ...string) func(string) error {
	return func(args string) error {
		if !slices.Contains(words, args) {
			return fmt.Errorf("%q is not one of: %s", args, strings.Join(words, ", "))
		}
		return nil
	}
}

// notEmpty is the check of a verb that takes a text.
func notEmpty(args string) error {
	if args == "" {
		return errors.New("text is missing")
	}
	return nil
}

func findVerb(name string) (verb, error) {
	i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == name })
	if i >= 0 {
		return verbs[i], nil
	}
	return verb{}, fmt.Errorf("unknown verb %q (%s)", name, suggest(name, Verbs()))
}

func checkSet(args string) error {
	key, value := cut(args)
	if key == "" {
		return errors.New("set without a setting (set KEY VALUE)")
	}
	var scratch Settings
	return scratch.Set(key, value)
}
