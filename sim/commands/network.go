package commands

import (
	"fmt"

	"github.com/modemsim/modemsim/sim/gprs"
)

const ch7 = "AT manual, 27.007 7"

// networkRows are 27.007 chapter 7.
var networkRows = []Row{
	{Name: "+COPS", Forms: Read, Fidelity: Documented, Source: ch7, Do: operator,
		Doc: "operator: automatic mode, long name"},
	{Name: "+CREG", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch7, Do: registration,
		Doc: "registration: 0 no URC, 1 status, 2 with place"},
}

// operator answers +COPS? (27.007 7.3); without a network only the mode.
func operator(c *Call) error {
	if !c.GPRS.Registration().Registered() {
		c.Answer("+COPS", "0")
		return nil
	}
	c.Answer("+COPS", "0,0,%s", Quote(c.Settings.Operator))
	return nil
}

func registration(c *Call) error {
	if c.Form == Set {
		c.Report.CREG = c.Args.NumberOr(0, c.Report.CREG)
		return nil
	}
	c.Answer("+CREG", "%d,%s", c.Report.CREG, c.place(c.Report.CREG, c.GPRS.Registration()))
	return nil
}

// place is the status and, with n=2 while registered, the location area and
// cell (27.007 7.2).
func (s *State) place(n int, r gprs.Registration) string {
	if n == 2 && r.Registered() {
		return fmt.Sprintf(`%d,"%s","%s"`, r, s.Settings.LAC, s.Settings.CI)
	}
	return fmt.Sprintf("%d", r)
}

// RegistrationURCs are the URCs that a change of registration owes the host:
// one field fewer than the read form (27.007 7.2 and 10.1.20).
func (s *State) RegistrationURCs(ch gprs.Changes) []string {
	var urcs []string
	if ch.Has(gprs.RegistrationChanged) && s.Report.CREG > 0 {
		urcs = append(urcs, "+CREG: "+s.place(s.Report.CREG, s.GPRS.Registration()))
	}
	if ch.Has(gprs.PacketChanged) && s.Report.CGREG > 0 {
		urcs = append(urcs, "+CGREG: "+s.place(s.Report.CGREG, s.GPRS.Packet()))
	}
	return urcs
}
