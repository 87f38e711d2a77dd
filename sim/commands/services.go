package commands

import (
	"fmt"
	"maps"
	"slices"

	"github.com/modemsim/modemsim/sim/messages"
)

// serviceGroup is the supplementary services of 27.007 chapter 7.
var serviceGroup = Group{"supplementary services", []Row{
	{Name: "+CUSD", Forms: Set | Read | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch7, Do: unstructured,
		Params: []Param{Number("n", 0, 2).Optional(), String("str").Optional(), Number("dcs", 0, 255).Optional()}, TestText: "(0-2)",
		Assumed: []Assumption{
			{What: "the answer comes 1 s after the OK; one that is not in the GSM alphabet is UCS2 in hex digits, with dcs 72"},
			{What: "a code that the verb ussd does not name is not known to the operator: 4"},
			{What: "a restart forgets n"},
		},
		Doc: "sends a code to the operator, whose answer comes as +CUSD: 0 no more, 1 the operator asks, 4 not known; n: 0 shows no answers, 1 does, 2 ends the session"},
	{Name: "+CCFC", Forms: Set | Test, Needs: NeedsSIM | NeedsRegistered, Fidelity: Documented, Source: ch7, Do: forward, TestText: "(0-5)",
		Params: []Param{Number("reason", 0, 5), Number("mode", 0, 4), String("number").Optional(), Number("type", 129, 129).Or(145, 145).Optional(),
			Number("class", 1, 255).Optional(), String("subaddr").Optional(), Number("satype", 0, 255).Optional(), Number("time", 1, 30).Optional()},
		Mark: Partly, Why: "calls that come in are not forwarded",
		Assumed: []Assumption{{What: "without a class it is about voice, data and fax, 7"}},
		Doc:     "call forwarding, which the network keeps: 0 always, 1 busy, 2 no reply, 3 not reachable, 4 all, 5 all but always; 2 asks, 3 registers, 4 erases"},
	{Name: "+CAOC", Forms: Execute | Set | Read | Test, Params: kept("mode", 0, 2), Fidelity: Documented, Source: ch7, Do: chargeAdvice,
		Mark: Partly, Why: noCharge,
		Doc: "advice of charge: the current meter; 2 lets +CCCM tell it"},
	{Name: "+CACM", Forms: Set | Read | Test, Params: []Param{Secret("passwd").Optional()}, TestDo: accept, Needs: NeedsSIM, Fidelity: Documented, Source: ch8, Do: chargeMeter,
		Mark: Partly, Why: noCharge + "; the SIM has no PIN2, which resetting it needs (+CME ERROR: 17)",
		Doc: "accumulated call meter of the SIM"},
	{Name: "+CAMM", Forms: Set | Read | Test, Params: []Param{String("acmmax").Optional(), Secret("passwd").Optional()}, TestDo: accept, Needs: NeedsSIM, Fidelity: Documented, Source: ch8, Do: chargeMeter,
		Mark: Partly, Why: noCharge + "; the SIM has no PIN2, which setting it needs (+CME ERROR: 17)",
		Doc: "maximum of the accumulated call meter"},
	{Name: "+CPUC", Forms: Set | Read | Test, Params: []Param{String("currency"), String("ppu"), Secret("passwd").Optional()}, TestDo: accept, Needs: NeedsSIM, Fidelity: Documented, Source: ch8, Do: chargeUnit,
		Mark: Partly, Why: noCharge + "; the SIM has no PIN2, which setting it needs (+CME ERROR: 17)",
		Doc: "price of a unit of the call meter, and its currency"},
}}

const noCharge = "no call is charged for"

// A session is what the module knows of unstructured supplementary services.
type session struct {
	presents int  // n of +CUSD: 1 shows answers
	open     bool // the operator has asked
}

// unstructured sends a code, or answers the operator (27.007 7.15).
func unstructured(c *Call) error {
	u := &c.ussd
	if c.Form == Read {
		c.Answer("+CUSD", "%d", u.presents)
		return nil
	}
	switch n := c.Args.NumberOr(0, u.presents); {
	case n == 2:
		u.open = false
		return nil
	default:
		u.presents = n
	}
	if !c.Args.Given(1) {
		return nil
	}
	if err := c.check(NeedsRegistered); err != nil {
		return err
	}
	code, err := c.Report.CSCS.Read(c.Args.Text(1))
	if err != nil {
		return because(ErrSyntax, "%v", err)
	}
	c.AskOperator(code)
	return nil
}

// OperatorAnswers returns the URC of an answer of the operator; "": the host does not see it. asks
// says that the operator waits for an answer.
func (s *State) OperatorAnswers(text string, asks bool) string {
	s.ussd.open = asks
	if s.ussd.presents != 1 {
		return ""
	}
	shown, dcs := s.Report.CSCS.Show(text), 15
	if !messages.InGSM(text) {
		shown, dcs = messages.UCS2.Show(text), 72
	}
	return s.line("+CUSD", fmt.Sprintf("%d,%s,%d", bit(asks), Quote(shown), dcs))
}

// OperatorRefuses returns the URC for a code that the operator does not know; "": as above.
func (s *State) OperatorRefuses() string {
	s.ussd.open = false
	if s.ussd.presents != 1 {
		return ""
	}
	return s.line("+CUSD", "4")
}

// A forwarding is where calls of some classes go for a reason.
type forwarding struct {
	number  string
	classes int // registered
	active  int // of these
	time    int // seconds without a reply
}

// forwardings are the reasons of +CCFC that stand for one, and those that stand for several.
const reasons = 4

var manyReasons = map[int][]int{4: {0, 1, 2, 3}, 5: {1, 2, 3}}

// The modes of +CCFC.
const (
	forwardOff = iota
	forwardOn
	forwardQuery
	forwardRegister
	forwardErase
)

// forward registers, erases, switches or shows call forwarding (27.007 7.11).
func forward(c *Call) error {
	reason, mode := c.Args.Number(0), c.Args.Number(1)
	class := c.Args.NumberOr(4, allClasses)
	which, many := manyReasons[reason]
	switch {
	case mode == forwardQuery && many:
		return because(CMENotAllowed, "one reason is asked for at a time, 0 to 3")
	case mode == forwardQuery:
		return c.showForwarding(&c.forwards[reason], class)
	case mode == forwardRegister && c.Args.Text(2) == "":
		return because(ErrSyntax, "the parameter number is missing")
	case !many:
		which = []int{reason}
	}
	for _, r := range which {
		f := &c.forwards[r]
		switch mode {
		case forwardRegister:
			f.number, f.classes, f.active, f.time = c.Args.Text(2), f.classes|class, f.active|class, c.Args.NumberOr(7, 20)
		case forwardErase:
			f.classes, f.active = f.classes&^class, f.active&^class
		case forwardOn:
			if f.classes&class == 0 {
				return because(CMENotAllowed, "no number is registered; mode 3 registers one")
			}
			f.active |= f.classes & class
		case forwardOff:
			f.active &^= class
		}
	}
	return nil
}

// showForwarding answers with a line for each class that is forwarded.
func (c *Call) showForwarding(f *forwarding, class int) error {
	var lines []string
	for bit := 1; bit <= class; bit <<= 1 {
		if f.active&class&bit == 0 {
			continue
		}
		text := fmt.Sprintf("1,%d,%s", bit, Party(f.number))
		if f == &c.forwards[2] {
			text += fmt.Sprintf(",,,%d", f.time)
		}
		lines = append(lines, c.line("+CCFC", text))
	}
	if lines == nil {
		lines = []string{c.line("+CCFC", fmt.Sprintf("0,%d", class))}
	}
	c.Info(lines...)
	return nil
}

func chargeAdvice(c *Call) error {
	switch {
	case c.Form == Read:
		c.Answer("+CAOC", "%d", c.chargeMode)
	case c.Form == Execute || c.Args.NumberOr(0, 0) == 0:
		c.Answer("+CAOC", `"000000"`)
	default:
		c.chargeMode = c.Args.Number(0)
	}
	return nil
}

func chargeMeter(c *Call) error {
	if c.Form == Set {
		return because(CMESIMPIN2, "the SIM has no PIN2")
	}
	c.Answer(c.Row.Name, `"000000"`)
	return nil
}

func chargeUnit(c *Call) error {
	if c.Form == Set {
		return because(CMESIMPIN2, "the SIM has no PIN2")
	}
	c.Answer("+CPUC", `"","0.00"`)
	return nil
}

// preferredGroup is the lists of networks of 27.007 chapter 7.
var preferredGroup = Group{"networks", []Row{
	{Name: "+COPN", Forms: Execute | Test, Fidelity: Documented, Source: ch7, Do: operatorNames,
		Assumed: []Assumption{{What: "the module knows its own network alone"}},
		Doc:     "names of operators that the module knows"},
	{Name: "+CPOL", Forms: Set | Read | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch7, Do: preferred, TestText: "(1-20),(0,2)",
		Params: []Param{Number("index", 1, maxPreferred).Optional(), Number("format", 0, 0).Or(2, 2).Optional(), String("oper").Optional()},
		Mark:   Partly, Why: "there is one network, whatever the list prefers",
		Assumed: []Assumption{{What: "the SIM has room for 20, and none at first; the number of a network stands in format 2, a name in format 0"}},
		Doc:     "preferred networks on the SIM: with the index alone it deletes one, with the format alone it sets how they are listed"},
}}

const maxPreferred = 20

// preferredList is the networks that the SIM prefers.
type preferredList struct {
	format  int
	numbers map[int]string // by place
}

func operatorNames(c *Call) error {
	c.Answer("+COPN", "%s,%s", Quote(c.operatorName(2)), Quote(c.operatorName(0)))
	return nil
}

// preferred changes or lists the preferred networks (27.007 7.19).
func preferred(c *Call) error {
	p := &c.preferred
	if c.Form == Read {
		var lines []string
		for _, n := range slices.Sorted(maps.Keys(p.numbers)) {
			lines = append(lines, c.line("+CPOL", fmt.Sprintf("%d,%d,%s", n, p.format, Quote(c.nameOf(p.numbers[n], p.format)))))
		}
		return c.list(lines)
	}
	switch {
	case !c.Args.Given(2) && c.Args.Given(1) && !c.Args.Given(0):
		p.format = c.Args.Number(1)
		return nil
	case !c.Args.Given(2) && c.Args.Given(0):
		delete(p.numbers, c.Args.Number(0))
		return nil
	case !c.Args.Given(2):
		return because(ErrSyntax, "the parameter oper is missing")
	}
	number, ok := c.numberOf(c.Args.Text(2), c.Args.NumberOr(1, p.format))
	if !ok {
		return because(CMENotFound, "there is no network %q in format %d", c.Args.Text(2), c.Args.NumberOr(1, p.format))
	}
	at := c.Args.NumberOr(0, p.free())
	if at > maxPreferred {
		return because(CMEMemoryFull, "the list of preferred networks is full")
	}
	if p.numbers == nil {
		p.numbers = make(map[int]string)
	}
	p.numbers[at] = number
	return nil
}

// free is the first place that is free, which may be one behind the last.
func (p *preferredList) free() int {
	at := 1
	for p.numbers[at] != "" {
		at++
	}
	return at
}

// nameOf is the name of a network in a format; one that the module does not know is its number.
func (s *State) nameOf(number string, format int) string {
	if format == 0 && number == s.Settings.OperatorCode {
		return s.Settings.Operator
	}
	return number
}

// numberOf is the number of a network that is named in a format.
func (s *State) numberOf(name string, format int) (string, bool) {
	if format == 0 {
		return s.Settings.OperatorCode, name == s.Settings.Operator
	}
	return name, (len(name) == 5 || len(name) == 6) && countDigits(name) == len(name)
}
