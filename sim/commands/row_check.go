package commands

import (
	"errors"
	"fmt"
	"strings"
)

// check returns what keeps the row from a table: it is not complete, or has what no host could use.
func (r *Row) check() error {
	if err := checkName(r.Name); err != nil {
		return err
	}
	for _, check := range []func() error{r.checkForms, r.checkTest, r.checkMark, r.checkParams} {
		if err := check(); err != nil {
			return fmt.Errorf("%s %w", r.Name, err)
		}
	}
	return nil
}

// checkName returns what is wrong with the name of a command.
func checkName(name string) error {
	switch {
	case isName(name):
		return nil
	case len(name) > 1+maxName && isName(name[:1+maxName]):
		return fmt.Errorf("%q is too long for the name of a command (at most %d characters follow the %c)", name, maxName, name[0])
	}
	return fmt.Errorf("%q is not the name of a command (write +NAME, &X or X in capitals, without AT)", name)
}

// isName reports whether the grammar reads s as the name of one command and nothing else.
func isName(s string) bool {
	if s == "S" { // which a line has with the number of a register alone
		return true
	}
	cmd, rest, err := Next(s)
	return err == nil && rest == "" && cmd == Command{Name: s, Form: Execute}
}

// checkForms returns what is wrong with the forms, and with what they need.
func (r *Row) checkForms() error {
	switch {
	case r.Do == nil:
		return errors.New("has no function (set Do)")
	case r.Forms == 0:
		return errors.New("has no form (set Forms to some of Execute, Set, Read and Test)")
	case r.Forms&^(Execute|Set|Read|Test) != 0:
		return fmt.Errorf("has the form %d, which there is not (set Forms to some of Execute, Set, Read and Test)", r.Forms&^(Execute|Set|Read|Test))
	case r.Name == "S":
		return nil
	case r.basic() && r.Forms != Execute:
		return errors.New("is a basic command, which has the form Execute alone")
	case r.basic():
		return nil
	case r.Forms.Has(Set) && len(r.Params) == 0:
		return errors.New("has the form Set without a parameter (name what follows the = in Params, or leave Set out)")
	case !r.Forms.Has(Set) && len(r.Params) > 0:
		return errors.New("has parameters without the form Set, which takes them (add Set to Forms, or leave Params out)")
	}
	return nil
}

// checkTest returns what is wrong with the answer to the test form, and with the texts of the row.
func (r *Row) checkTest() error {
	switch {
	case !r.Forms.Has(Test) && (r.TestText != "" || r.TestDo != nil):
		return errors.New("has an answer to the form Test, which it does not have (add Test to Forms)")
	case !isPrintable(r.TestText):
		return fmt.Errorf("has the TestText %q, which is not one line of ASCII (use TestDo and Call.Info for several lines)", r.TestText)
	case strings.ContainsAny(r.Doc+r.Source, "\r\n"):
		return errors.New("has a Doc or Source of several lines (write one line)")
	}
	return nil
}

// checkParams returns what is wrong with the parameters.
func (r *Row) checkParams() error {
	if r.basic() && (len(r.Params) > 1 || len(r.Params) == 1 && r.Params[0].ranges == nil) {
		return errors.New("is a basic command, which takes one number at most (give Params one Number, or name the command +NAME)")
	}
	for i, p := range r.Params {
		if err := p.check(); err != nil {
			return fmt.Errorf("parameter %d: %w", i+1, err)
		}
	}
	return nil
}

// check returns what is wrong with the parameter.
func (p Param) check() error {
	switch {
	case p.name == "":
		return errors.New("it has no name")
	case p.secret && !p.isText():
		return fmt.Errorf("%s is secret, which only a string can be", p.name)
	case p.words != nil && len(p.words) == 0:
		return fmt.Errorf("%s has no word to choose (give Word the words, or use String)", p.name)
	}
	for _, w := range p.words {
		switch {
		case w == "" || w == "?" || strings.ContainsAny(w, ` ,;"`) || !isPrintable(w):
			return fmt.Errorf("%s: the word %q cannot be sent (it takes no blank, comma, semicolon or quote, and is neither empty nor ?)", p.name, w)
		case w != strings.ToUpper(w):
			return fmt.Errorf("%s: the word %s is not in capitals, as commands are read", p.name, w)
		}
	}
	for _, r := range p.ranges {
		if r.low < 0 || r.low > r.high {
			return fmt.Errorf("%s: %d to %d is not a range (the lowest comes first, and none is below 0)", p.name, r.low, r.high)
		}
	}
	return nil
}

// isPrintable reports whether s is printable ASCII.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' })
}
