package commands

const (
	ch8 = "AT manual, 27.007 8"
	ch9 = "AT manual, 27.007 9"
)

// controlRows are 27.007 chapters 8 and 9.
var controlRows = []Row{
	{Name: "+CLAC", Forms: Execute | Test, Fidelity: Documented, Source: ch8, Do: list,
		Doc: "all commands"},
	{Name: "+CMEE", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch9, Do: errorReports,
		Doc: "error reports: 0 ERROR, 1 number, 2 text in quotes"},
	{Name: "+CPIN", Forms: Read, Needs: NeedsSIM, Fidelity: Documented, Source: ch8, Do: pin,
		Doc: "what the SIM waits for: READY"},
	{Name: "+CSQ", Forms: Execute | Test, TestText: "(0-31,99),(99)", Fidelity: Documented, Source: ch8, Do: signal,
		Doc: "signal: RSSI 0 to 31 or 99, and bit error rate, which is always 99"},
}

// list answers +CLAC (27.007 8.37): one line a command, in one frame.
func list(c *Call) error {
	var lines []string
	for _, r := range All() {
		name := r.Name
		if r.basic() {
			name = "AT" + name
		}
		lines = append(lines, name)
	}
	c.Info(lines...)
	return nil
}

func errorReports(c *Call) error {
	if c.Form == Set {
		c.Report.CMEE = c.Args.NumberOr(0, c.Report.CMEE)
		return nil
	}
	c.Answer("+CMEE", "%d", c.Report.CMEE)
	return nil
}

func pin(c *Call) error {
	if c.SIM == SIMAbsent {
		return because(CMENoSIM, "there is no SIM")
	}
	c.Answer("+CPIN", "READY")
	return nil
}

func signal(c *Call) error {
	c.Answer("+CSQ", "%d,%d", c.Settings.Signal, c.Settings.BER)
	return nil
}
