package commands

import "github.com/modemsim/modemsim/sim/gprs"

const ch10 = "AT manual, 27.007 10"

// packetGroup is 27.007 chapter 10.
var packetGroup = Group{"packet service", []Row{
	{Name: "+CGATT", Forms: Set | Read | Test, Params: one("state", 0, 1), Needs: NeedsSIM, Fidelity: Documented, Source: ch10, Do: attach,
		Doc: "GPRS attach: 0 detaches and drops the context; not abortable"},
	{Name: "+CGREG", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch10, Do: packetRegistration,
		Doc: "registration for packet service: as +CREG"},
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

// bit returns 1 for on and 0 for off.
func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}
