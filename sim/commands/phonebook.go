package commands

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/sim/phonebook"
)

// phonebookGroup is the phone book of 27.007 chapter 8, and +CNUM.
var phonebookGroup = Group{"phone book", []Row{
	{Name: "+CPBS", Forms: Set | Read | Test, Needs: NeedsSIM, Params: []Param{String("storage")},
		TestText: `("DC","EN","FD","MC","ON","RC","SM")`, Fidelity: Documented, Source: ch8, Do: chooseMemory,
		Assumed: []Assumption{{Forms: Read, What: "the capacities: SM 100, ON 2, EN 5, the others 10"}},
		Doc:     "memory of the phone book: dialled, emergency, fixed, missed, own, received, SIM; kept over a restart"},
	{Name: "+CPBR", Forms: Set | Test, Needs: NeedsSIM, Params: []Param{place("index1"), place("index2").Optional()},
		TestDo: bookRanges, Fidelity: Documented, Source: ch8, Do: readBook,
		Assumed: []Assumption{{What: "an empty place is OK alone"}},
		Doc:     "entries of the memory from one place, or from one to another; the empty ones are left out"},
	{Name: "+CPBF", Forms: Set | Test, Needs: NeedsSIM, Params: []Param{String("findtext")}, TestText: "20,14",
		Fidelity: Documented, Source: ch8, Do: findInBook,
		Assumed: []Assumption{{What: "none is +CME ERROR: 22; capitals and small letters are the same"}},
		Doc:     "entries of the memory whose text begins with this"},
	{Name: "+CPBW", Forms: Set | Test, Needs: NeedsSIM, TestDo: bookRanges, Fidelity: Documented, Source: ch8, Do: writeBook,
		Params: []Param{Number("index", 0, 999).Optional(), String("number").Optional(), Number("type", 129, 129).Or(145, 145).Optional(),
			String("text").Optional()},
		Assumed: []Assumption{{What: "DC, EN, MC and RC take no entries: +CME ERROR: 3"}},
		Mark:    Partly, Why: "FD takes no entries: +CME ERROR: 17, and nothing gives the SIM its PIN2",
		Doc: "write an entry, at the first free place when none is named, or delete one"},
	{Name: "+CNUM", Forms: Execute | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch7, Do: ownNumbers,
		Doc: "the numbers of the memory ON, which are none until the host has written one"},
}}

func place(name string) Param { return Number(name, 0, 999) }

// bookErrors are the failures of the phone book, by the errors of package phonebook.
var bookErrors = map[error]CME{
	phonebook.ErrIndex: CMEInvalidIndex, phonebook.ErrFull: CMEMemoryFull, phonebook.ErrReadOnly: CMENotAllowed,
	phonebook.ErrProtected: CMESIMPIN2, phonebook.ErrText: CMETextTooLong, phonebook.ErrNumber: CMENumberTooLong,
	phonebook.ErrCharacters: CMENumberInvalid,
}

// bookFailure returns the failure that an error of package phonebook is.
func bookFailure(err error) error {
	for e, number := range bookErrors {
		if errors.Is(err, e) {
			return because(number, "%v", err)
		}
	}
	return err
}

func chooseMemory(c *Call) error {
	if c.Form == Set {
		name := strings.ToUpper(c.Args.Text(0))
		if phonebook.Capacity(name) == 0 {
			return because(ErrSyntax, "there is no memory %q (one of %s)", c.Args.Text(0), strings.Join(phonebook.Names(), ", "))
		}
		c.Report.CPBS = name
		return nil
	}
	if err := c.check(NeedsSIM); err != nil {
		return err
	}
	c.Answer("+CPBS", "%s,%d,%d", Quote(c.memory()), len(c.Book.Entries(c.memory())), phonebook.Capacity(c.memory()))
	return nil
}

// memory is the one that +CPBS has chosen.
func (s *State) memory() string {
	if s.Report.CPBS == "" {
		return phonebook.SIM
	}
	return s.Report.CPBS
}

// bookRanges answers the test form with the places of the memory and the lengths.
func bookRanges(c *Call) error {
	text := fmt.Sprintf("(1-%d),%d", phonebook.Capacity(c.memory()), phonebook.MaxNumber)
	if c.Row.Name == "+CPBW" {
		text += ",(129,145)"
	}
	c.Answer(c.Row.Name, "%s,%d", text, phonebook.MaxText)
	return nil
}

func readBook(c *Call) error {
	first := c.Args.Number(0)
	last := c.Args.NumberOr(1, first)
	if first < 1 || last < first || last > phonebook.Capacity(c.memory()) {
		return because(CMEInvalidIndex, "%s has the places 1 to %d", c.memory(), phonebook.Capacity(c.memory()))
	}
	return c.list(c.bookLines(func(e phonebook.Entry) bool { return first <= e.Index && e.Index <= last }))
}

// bookLines returns the entries of the memory that are wanted, as lines.
func (c *Call) bookLines(wanted func(phonebook.Entry) bool) []string {
	var lines []string
	for _, e := range c.Book.Entries(c.memory()) {
		if wanted(e) {
			lines = append(lines, c.line(c.Row.Name, fmt.Sprintf("%d,%s,%d,%s", e.Index, Quote(e.Number), e.Type(), Quote(e.Text))))
		}
	}
	return lines
}

func findInBook(c *Call) error {
	text := strings.ToLower(c.Args.Text(0))
	lines := c.bookLines(func(e phonebook.Entry) bool { return strings.HasPrefix(strings.ToLower(e.Text), text) })
	if len(lines) == 0 {
		return because(CMENotFound, "%s has no text that begins so", c.memory())
	}
	return c.list(lines)
}

func writeBook(c *Call) error {
	switch {
	case !c.anyGiven(0):
		return because(ErrSyntax, "an index or a number is missing")
	case !c.anyGiven(1):
		return bookFailure(c.Book.Delete(c.memory(), c.Args.Number(0)))
	case c.Args.Given(0) && c.Args.Number(0) == 0:
		return because(CMEInvalidIndex, "the first place is 1")
	}
	number := c.Args.Text(1)
	if c.Args.Number(2) == 145 && !strings.HasPrefix(number, "+") {
		number = "+" + number
	}
	return bookFailure(c.Book.Write(c.memory(), phonebook.Entry{Index: c.Args.Number(0), Number: number, Text: c.Args.Text(3)}))
}

func ownNumbers(c *Call) error {
	var lines []string
	for _, e := range c.Book.Entries(phonebook.Own) {
		lines = append(lines, c.line("+CNUM", fmt.Sprintf("%s,%s,%d", Quote(e.Text), Quote(e.Number), e.Type())))
	}
	return c.list(lines)
}

// FromBook returns the number that D> dials: >INDEX of the memory of +CPBS, >MEMORY INDEX, or
// >"TEXT" of any memory (27.007 6.2). The error is the result of the command line.
func (s *State) FromBook(what string) (number string, err error) {
	if s.SIM.State != SIMReady {
		return "", s.SIM.refusal()
	}
	what = strings.TrimPrefix(what, ">")
	if text, quoted := unquote(what); quoted {
		if e, ok := s.Book.Find(text); ok {
			return e.Number, nil
		}
		return "", because(CMENotFound, "the phone book has no entry %q", text)
	}
	name := s.memory()
	if len(what) > 1 && phonebook.Capacity(what[:2]) > 0 {
		name, what = what[:2], what[2:]
	}
	index, ok := parseNumber(what)
	entries := s.Book.Entries(name)
	i := slices.IndexFunc(entries, func(e phonebook.Entry) bool { return ok && int64(e.Index) == index })
	if i < 0 {
		return "", because(CMEInvalidIndex, "%s has no entry %s", name, what)
	}
	return entries[i].Number, nil
}
