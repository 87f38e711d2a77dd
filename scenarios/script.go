package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// blanks separate words. A value may hold them, so only those before it are skipped.
const blanks = " \t"

// maxLine is the longest line of a file in bytes, without its end.
const maxLine = 4096

// Script is a profile or scenario that Parse took.
type Script struct {
	Rules []*Rule
}

// Error is what is wrong with one line of a file. It reads FILE:LINE: what is wrong (hint).
type Error struct {
	File string
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// maxErrors is how many errors of a file are told.
const maxErrors = 20

// Parse reads a file of rules, one a line. A line that begins with #, blanks aside, is a
// comment; it and an empty line say nothing. Each rule is checked whole, values included.
// The error joins an *Error for each line that is wrong, up to some, or that cannot be read from r;
// each names its line by the name file. Parse knows no other files: include is an error; see Load.
func Parse(file string, r io.Reader) (*Script, error) {
	return parse(file, r, func(string) (*Script, error) {
		return nil, fmt.Errorf("include works in files only")
	})
}

// parse is Parse with what include does.
func parse(file string, r io.Reader, include func(name string) (*Script, error)) (*Script, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, &Error{file, bytes.Count(text, []byte("\n")) + 1, err}
	}
	sc, n := &Script{}, 0
	var errs []error
	for full := range strings.Lines(string(text)) {
		n++
		rules, err := parseLine(strings.TrimSuffix(strings.TrimSuffix(full, "\n"), "\r"), include)
		if err == nil {
			err = sc.add(rules, file, n, errs == nil)
		}
		if err != nil && len(errs) == maxErrors {
			errs = append(errs, &Error{file, n, errors.New("this line is wrong too, and there may be more")})
			break
		}
		if err != nil {
			errs = append(errs, locate(file, n, err)...)
		}
		if located := new(Error); errors.As(err, &located) {
			break // the rest may need what the other file lacks
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return sc, nil
}

// locate are the errors that a line has: one, or those of the file that it includes.
func locate(file string, line int, err error) []error {
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{&Error{file, line, err}}
	}
	var errs []error
	for _, e := range several.Unwrap() {
		errs = append(errs, &Error{file, line, e})
	}
	return errs
}

// add appends the rules of a line. A rule with then needs one above it; whole is whether
// all lines so far were right.
func (sc *Script) add(rules []*Rule, file string, line int, whole bool) error {
	for _, r := range rules {
		if r.File == "" {
			r.File, r.Line = file, line
			if err := r.resolve(); err != nil {
				return err
			}
		}
		if then := r.Trigger.Kind == Then || r.Trigger.Kind == ThenEach; then && len(sc.Rules) == 0 && whole {
			return fmt.Errorf("then has no rule above it")
		}
		sc.Rules = append(sc.Rules, r)
	}
	return nil
}

// parseLine returns no rule for a line that says nothing, and those of the file for an include.
func parseLine(text string, include func(string) (*Script, error)) ([]*Rule, error) {
	if len(text) > maxLine {
		return nil, fmt.Errorf("line too long (at most %d bytes)", maxLine)
	}
	if i := strings.IndexFunc(text, isControl); i >= 0 {
		return nil, fmt.Errorf("control character 0x%02X at byte %d (a line is plain text)", text[i], i+1)
	}
	text = strings.TrimLeft(text, blanks)
	if text == "" || text[0] == '#' {
		return nil, nil
	}
	if word, name := cut(text); word == "include" {
		included, err := include(name)
		if err != nil {
			return nil, err
		}
		return included.Rules, nil
	}
	rule, err := parseRule(text)
	if err != nil {
		return nil, err
	}
	return []*Rule{rule}, nil
}

// isControl reports characters that would be lost, or end the line, when the rule is printed
// and read again.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }

// cut splits the first word off and drops the blanks that follow it.
func cut(text string) (word, rest string) {
	i := strings.IndexAny(text, blanks)
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimLeft(text[i:], blanks)
}

// setting returns what a rule sets at the start, if it does.
func (r *Rule) setting() (SetAction, bool) {
	a, ok := r.Action.Args.(SetAction)
	return a, ok && r.Trigger.Kind == AtStart && a.Over == 0
}

// Apply sets on s what the script sets at the start, in order. The error is an *Error; s is
// then unchanged.
func (sc *Script) Apply(s *Settings) error {
	applied := *s
	for _, r := range sc.Rules {
		a, ok := r.setting()
		if !ok {
			continue
		}
		if err := applied.Set(a.Key, a.Value); err != nil {
			return &Error{r.File, r.Line, err}
		}
	}
	*s = applied
	return nil
}

// Live returns the rules that are left to the modem: all but the settings of the start.
func (sc *Script) Live() []*Rule {
	var live []*Rule
	for _, r := range sc.Rules {
		if _, ok := r.setting(); !ok {
			live = append(live, r)
		}
	}
	return live
}

// String prints the script so that Parse takes it again with the same rules in the same
// order, each on a line of its own.
func (sc *Script) String() string {
	var b strings.Builder
	for _, r := range sc.Rules {
		b.WriteString(r.Text + "\n")
	}
	return b.String()
}
