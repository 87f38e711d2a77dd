package commands

import (
	"fmt"

	"github.com/modemsim/modemsim/sim/gprs"
)

const ch7 = "AT manual, 27.007 7"

// networkGroup is 27.007 chapter 7.
var networkGroup = Group{"network", []Row{
	{Name: "+COPS", Forms: Set | Read | Test, Needs: NeedsSIM, Abort: OK, Fidelity: Documented, Source: ch7, Do: operator, TestDo: scan,
		Params: []Param{Number("mode", 0, 1).Or(3, 4), Number("format", 0, 0).Or(2, 2).Optional(), String("operator").Optional()},
		Assumed: []Assumption{
			{What: "4 with the name of another network is automatic"},
			{What: "a restart keeps the mode and forgets the format"},
		},
		Doc: "operator: automatic or by name; the test form scans, which is slow on a real module and ends at any character"},
	{Name: "+CREG", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch7, Do: registration,
		Assumed: []Assumption{
			{What: "a set form is kept over a restart without &W"},
			{What: "the registration follows the banner at once"},
		},
		Doc: "registration: 0 no URC, 1 status, 2 with place; kept over a restart, so that the URC follows the banner"},
}}

// operatorChoice says how the module chooses its operator, and how it names it.
type operatorChoice struct {
	mode    int  // +COPS: 0 automatic, 1 by name, 4 by name and else automatic
	format  int  // 0 long name, 2 number
	swapped bool // +SFUN=OPO: the digits of the number in pairs swapped
}

// Modes of +COPS (27.007 7.3).
const (
	copsAutomatic = 0
	copsManual    = 1
	copsFormat    = 3 // sets the format alone
	copsPreferred = 4 // by name, and else automatic
)

// operator sets how the operator is chosen, or answers which it is (27.007 7.3).
func operator(c *Call) error {
	if c.Form == Set {
		return chooseOperator(c)
	}
	if !c.GPRS.Registration().Registered() {
		c.Answer("+COPS", "%d", c.operator.mode)
		return nil
	}
	c.Answer("+COPS", "%d,%d,%s", c.operator.mode, c.operator.format, Quote(c.operatorName(c.operator.format)))
	return nil
}

// chooseOperator sets the mode and the format, or the format alone, in which the read form then
// answers. There is one network; any other is not found.
func chooseOperator(c *Call) error {
	mode, format := c.Args.Number(0), c.Args.NumberOr(1, c.operator.format)
	if mode == copsFormat {
		if !c.Args.Given(1) {
			return because(ErrSyntax, "the parameter format is missing")
		}
		c.operator.format = format
		return nil
	}
	byName := mode == copsManual || mode == copsPreferred
	if byName && c.Args.Given(2) && c.Args.Text(2) != c.operatorName(format) && mode == copsManual {
		return because(CMENoNetwork, "there is no network %q here", c.Args.Text(2))
	}
	if byName && !c.Args.Given(2) {
		return because(ErrSyntax, "the parameter operator is missing")
	}
	c.operator.mode, c.operator.format = mode, format
	return nil
}

// operatorName returns the network's name in a format of +COPS.
func (s *State) operatorName(format int) string {
	if format == 0 {
		return s.Settings.Operator
	}
	if s.operator.swapped {
		return swapPairs(s.Settings.OperatorCode)
	}
	return s.Settings.OperatorCode
}

// swapPairs swaps the digits of each pair, as a SIM stores numbers.
func swapPairs(digits string) string {
	b := []byte(digits)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

// scan lists the networks. It takes 45 to 75 s on a real module (AT manual).
func scan(c *Call) error {
	if c.SIM.State != SIMReady {
		return c.SIM.refusal()
	}
	if err := c.takes(seconds(45, 75)); err != nil {
		return err
	}
	network := ""
	if status, ok := scanned[c.GPRS.Registration()]; ok {
		s := c.Settings
		network = fmt.Sprintf("(%d,%s,%s,%s)", status, Quote(s.Operator), Quote(s.OperatorShort), Quote(c.operatorName(2)))
	}
	c.Answer("+COPS", "%s,,(0,1,3,4),(0,2)", network)
	return nil
}

// scanned is the <stat> of the network in a scan, by the registration that it gives (27.007 7.3: 2
// current, 3 forbidden). With any other registration a scan finds no network.
var scanned = map[gprs.Registration]int{gprs.Home: 2, gprs.Roaming: 2, gprs.Denied: 3}

func registration(c *Call) error {
	if c.Form == Set {
		c.Report.CREG = c.Args.NumberOr(0, c.Report.CREG)
		return nil
	}
	c.Answer("+CREG", "%d,%s", c.Report.CREG, c.place(c.Report.CREG, c.GPRS.Registration()))
	return nil
}

// place returns the status and, with n=2 while registered, location area and cell (27.007 7.2).
func (s *State) place(n int, r gprs.Registration) string {
	if n == 2 && r.Registered() {
		return fmt.Sprintf(`%d,"%s","%s"`, r, s.Settings.LAC, s.Settings.CI)
	}
	return fmt.Sprintf("%d", r)
}

// CellURCs returns the URCs that follow from a change of the cell, which are those of n=2 alone
// (27.007 7.2 and 10.1.20).
func (s *State) CellURCs() []string {
	var urcs []string
	if s.Report.CREG == 2 && s.GPRS.Registration().Registered() {
		urcs = append(urcs, "+CREG: "+s.place(2, s.GPRS.Registration()))
	}
	if s.Report.CGREG == 2 && s.GPRS.Packet().Registered() {
		urcs = append(urcs, "+CGREG: "+s.place(2, s.GPRS.Packet()))
	}
	return urcs
}

// RegistrationURCs returns the URCs that follow from a change of registration. They have one field
// fewer than the read form (27.007 7.2 and 10.1.20).
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
