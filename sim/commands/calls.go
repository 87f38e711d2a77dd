package commands

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/phonebook"
)

// callsGroup is the commands about calls of 27.007 chapters 6 and 7. A, D, H and S0 are in
// v25ter.go, +CLIP and +CPAS in control.go.
var callsGroup = Group{"calls", []Row{
	{Name: "+CHLD", Forms: Set | Test, Params: []Param{held}, TestText: "(0,1,1x,2,2x,3)", Fidelity: Documented, Source: ch7, Do: holdCalls, Needs: NeedsSIM,
		Assumed: []Assumption{{Forms: Set, What: "2x and 3 are refused with +CME ERROR: 4"}},
		Doc:     "calls on hold: 0 ends held calls or refuses the waiting one, 1 ends active calls and takes the other, 1x ends call x, 2 holds active calls and takes the other; no conference"},
	{Name: "+CHUP", Forms: Execute | Test, Fidelity: Documented, Source: ch6, Do: hangUp,
		Doc: "hang up: ends all calls, as H does"},
	{Name: "+CLCC", Forms: Execute | Test, Fidelity: Documented, Source: ch7, Do: listCalls,
		Doc: "the calls that there are: number, 1 for one that came in, what it does, voice, no conference, the far end's number and its type"},
	{Name: "+CRC", Forms: Set | Read | Test, Params: kept("mode", 0, 1), Fidelity: Documented, Source: ch6, Do: ringReports,
		Assumed: []Assumption{{What: "a set form is kept over a restart without &W"}},
		Doc:     "what a call that comes in says: 0 RING, 1 +CRING: VOICE"},
}}

// held are the values of +CHLD: an operation, and for 1 and 2 also the number of a call.
var held = Number("n", 0, 3).Or(11, 10+calls.Max).Or(21, 20+calls.Max)

// dialled takes the text of D apart: the number, of the phone book or without what dials nothing
// (AT manual: letters of the modem's line and pauses), and whether the call is for voice.
func (c *Call) dialled(text string) (number string, voice bool, err error) {
	text, voice = strings.CutSuffix(text, ";")
	if text = strings.TrimLeft(text, "TP"); strings.HasPrefix(text, ">") {
		if text, err = c.FromBook(text); err != nil {
			return "", voice, err
		}
	}
	number = strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789*#+ABC", r) {
			return r
		}
		return -1
	}, text)
	return number, voice, nil
}

// dial answers D. A voice call begins, and its outcome follows as a result code of its own; a data
// call finds no far end.
func dial(c *Call) error {
	if err, ok := c.dialContext(); ok {
		return err
	}
	number, voice, err := c.dialled(c.Text)
	switch {
	case err != nil:
		return err
	case number == "":
		return because(NoCarrier, "there is no number to dial")
	}
	c.Book.Log(phonebook.Dialled, number)
	switch {
	case !voice:
		return because(NoCarrier, "no data call gets through (a number with ; is a voice call)")
	case !c.GPRS.Registration().Registered():
		return because(NoCarrier, "not registered to a network")
	}
	changes, err := c.Calls.Dial(number)
	return c.applyCalls(changes, err)
}

// answer answers A. Nobody to answer is NO CARRIER (V.250 6.3.5).
func answer(c *Call) error {
	changes, err := c.Calls.Handle(calls.Answer)
	if err != nil {
		return because(NoCarrier, "%v", err)
	}
	c.ApplyCalls(changes)
	return nil
}

// listCalls answers +CLCC (27.007 7.18).
func listCalls(c *Call) error {
	var lines []string
	for _, call := range c.Calls.All() {
		lines = append(lines, c.line("+CLCC", fmt.Sprintf("%d,%d,%d,0,0,%s", call.ID, bit(!call.Outgoing), call.State, Party(call.Number))))
	}
	if lines != nil {
		c.Info(lines...)
	}
	return nil
}

// Party returns a number as +CLCC and +CLIP show it, with its type: 145 international, 129 not
// known, 128 not shown (24.008 10.5.4.7).
func Party(number string) string {
	kind := 129
	switch {
	case number == "":
		kind = 128
	case strings.HasPrefix(number, "+"):
		kind = 145
	}
	return Quote(number) + "," + strconv.Itoa(kind)
}

func ringReports(c *Call) error {
	if c.Form == Set {
		c.Report.CRC = c.Args.NumberOr(0, c.Report.CRC)
		return nil
	}
	c.Answer("+CRC", "%d", c.Report.CRC)
	return nil
}

// holdCalls answers +CHLD (GSM 02.30 4.5.5): the operations end or hold calls, and then take the
// one that waits, or else the held one.
func holdCalls(c *Call) error {
	n := c.Args.Number(0)
	switch {
	case n == 0:
		return c.firstOf(calls.Refuse, calls.DropHeld)
	case n == 1:
		return c.takeOther(calls.DropActive)
	case n == 2:
		return c.firstOf(calls.Answer, calls.Swap)
	case n/10 == 1:
		changes, err := c.Calls.Release(n % 10)
		return c.applyCalls(changes, err)
	}
	return because(CMENotSupported, "there are no conferences")
}

// firstOf applies the first event that has a call.
func (c *Call) firstOf(events ...calls.Event) error {
	var err error
	for _, e := range events {
		if err = c.handleCalls(e); err == nil {
			return nil
		}
	}
	return err
}

// takeOther ends calls and takes another.
func (c *Call) takeOther(end calls.Event) error {
	ended := c.handleCalls(end)
	if taken := c.firstOf(calls.Answer, calls.Swap); taken == nil {
		return nil
	}
	return ended
}

func (c *Call) handleCalls(e calls.Event) error {
	changes, err := c.Calls.Handle(e)
	return c.applyCalls(changes, err)
}

// applyCalls lets what happened to calls take effect; an operation without a call is refused.
func (c *Call) applyCalls(changes []calls.Change, err error) error {
	if err != nil {
		return because(CMENotAllowed, "%v", err)
	}
	c.ApplyCalls(changes)
	return nil
}
