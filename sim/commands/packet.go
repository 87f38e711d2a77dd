package commands

import (
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/sim/gprs"
)

const ch10 = "AT manual, 27.007 10"

// packetGroup is 27.007 chapter 10.
var packetGroup = Group{"packet service", []Row{
	{Name: "+CGATT", Forms: Set | Read | Test, Params: one("state", 0, 1), Needs: NeedsSIM, Fidelity: Documented, Source: ch10, Do: attach,
		Doc: "GPRS attach: 0 detaches and drops the context, 1 takes a registration (+CME ERROR: 30 without); not abortable"},
	{Name: "+CGREG", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch10, Do: packetRegistration,
		Assumed: []Assumption{{What: "a set form is kept over a restart without &W"}},
		Doc:     "registration for packet service: as +CREG"},
	{Name: "+CGPADDR", Forms: Set | Test, Params: []Param{Number("cid", 1, 3).Optional()}, Fidelity: Assumed, Source: ch10, Do: address,
		TestDo: definedContexts, Doc: "address of a PDP context, the active one when none is named; without its address while it is not active"},
}}

func attach(c *Call) error {
	if c.Form == Read {
		c.Answer("+CGATT", "%d", bit(c.GPRS.Attached()))
		return nil
	}
	if err := c.takes(seconds(1, 5)); err != nil {
		return err
	}
	event := gprs.Attach
	if c.Args.Number(0) == 0 {
		event = gprs.Detach
	}
	changes, err := c.GPRS.Handle(event, c.Now())
	if err != nil {
		return because(CMENoNetwork, "%v", err)
	}
	c.Apply(changes)
	return nil
}

func packetRegistration(c *Call) error {
	if c.Form == Set {
		c.Report.CGREG = c.Args.NumberOr(0, c.Report.CGREG)
		return nil
	}
	c.Answer("+CGREG", "%d,%s", c.Report.CGREG, c.place(c.Report.CGREG, c.GPRS.Packet()))
	return nil
}

// address answers for the context that the module has. 27.007 10.1.14 leaves the address out while
// there is none.
func address(c *Call) error {
	n := c.Args.NumberOr(0, max(1, c.activeCID()))
	switch {
	case !c.hasContext(n):
		return because(Failed, "context %d is not defined", n)
	case n == c.activeCID():
		c.Answer("+CGPADDR", `%d,"%s"`, n, c.GPRS.Address())
	default:
		c.Answer("+CGPADDR", "%d", n)
	}
	return nil
}

// bit returns 1 for on and 0 for off.
func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

// definedContexts answers the test form with the contexts that may be asked for.
func definedContexts(c *Call) error {
	var numbers []string
	for n := 1; n <= numContexts; n++ {
		if c.hasContext(n) {
			numbers = append(numbers, strconv.Itoa(n))
		}
	}
	c.Answer("+CGPADDR", "(%s)", strings.Join(numbers, ","))
	return nil
}
