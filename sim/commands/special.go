package commands

// specialGroup is chapter 5 of the Enhanced AT manual.
var specialGroup = Group{"special functions", []Row{
	{Name: "+SFUN", Forms: Set | Test, Params: []Param{Word("function", "VER", "OFF", "RST", "CSQ", "CRG", "SIM", "RDY", "SID", "OPN", "OPO")},
		Fidelity: Documented, Source: "Enhanced AT manual 5", Do: special,
		Assumed: []Assumption{
			{Forms: Set, Values: []string{"VER", "CSQ", "CRG", "SIM", "RDY", "SID", "OPN", "OPO"}, What: "OK follows the text"},
			{Forms: Test, What: "its text"},
			{What: "a restart forgets OPO"},
		},
		Mark: Partly, Why: "no wire has the GPIO pins that CSQ, CRG, SIM and RDY show things on",
		Doc: "special functions: version, power off, restart, ICCID, order of the digits in +COPS; what the GPIO pins show is answered, without effect"},
}}

// special runs one function. The manual does not show whether OK follows the text of a function; it
// does here (assumed). OFF and RST answer nothing.
func special(c *Call) error {
	switch c.Args.Text(0) {
	case "VER":
		c.Info("FW Ver: " + c.Settings.Revision)
	case "OFF":
		c.PowerOff()
		return ErrSilent
	case "RST":
		c.Restart()
		return ErrSilent
	case "CSQ":
		c.Info("CSQ detect mode")
	case "CRG":
		c.Info("CREG detect mode.")
	case "SIM":
		c.Info("SIM detect mode")
	case "RDY":
		c.Info("AT command ready mode")
	case "SID":
		return iccid(c)
	case "OPN":
		c.operator.swapped = false
		c.Info("Normal PLMN digits order (no inverse)")
	case "OPO":
		c.operator.swapped = true
		c.Info("Original PLMN digits order (inverse)")
	}
	return nil
}

// iccid answers with the number of the card, which needs no PIN (GSM 11.11 10.1.1).
func iccid(c *Call) error {
	if c.SIM.State == SIMAbsent || c.SIM.State == SIMBusy {
		return c.SIM.refusal()
	}
	c.Info("SIM ICCID: " + c.Settings.ICCID)
	return nil
}
