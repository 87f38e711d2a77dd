package commands

import "github.com/modemsim/modemsim/sim/gprs"

const ch10 = "AT manual, 27.007 10"

// packetGroup is 27.007 chapter 10.
var packetGroup = Group{"packet service", []Row{
	{Name: "+CGATT", Forms: Set | Read | Test, Params: one("state", 0, 1), Needs: NeedsSIM, Fidelity: Documented, Source: ch10, Do: attach,
		Doc: "GPRS attach: 0 detaches and drops the context, 1 takes a registration (+CME ERROR: 30 without); not abortable"},
	{Name: "+CGREG", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch10, Do: packetRegistration,
		Assumed: []Assumption{{What: "a set form is kept over a restart without &W"}},
		Doc:     "registration for packet service: as +CREG"},
	{Name: "+CGPADDR", Forms: Set | Test, Params: []Param{Number("cid", 1, 3).Optional()}, Fidelity: Assumed, Source: ch10, Do: address,
		TestText: "(1)", Doc: "address of a PDP context: the module has one, 1, that of +AIPA; without its address while it is not active"},
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
	switch {
	case c.Args.NumberOr(0, 1) != 1:
		return because(Failed, "context %d is not defined", c.Args.Number(0))
	case c.GPRS.Active():
		c.Answer("+CGPADDR", `1,"%s"`, c.GPRS.Address())
	default:
		c.Answer("+CGPADDR", "1")
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
