package commands

const tia578 = "AT manual, TIA-578"

// faxGroup is the fax commands of TIA-578 in the AT manual.
var faxGroup = Group{"fax", []Row{
	{Name: "+FMI", Forms: Execute | Read | Test, Fidelity: Documented, Source: tia578, Doc: "manufacturer",
		Do: func(c *Call) error { c.Info(c.Settings.Manufacturer); return nil }},
	{Name: "+FMM", Forms: Execute | Read | Test, Fidelity: Documented, Source: tia578, Doc: "model",
		Do: func(c *Call) error { c.Info(c.Settings.Model); return nil }},
	{Name: "+FMR", Forms: Execute | Read | Test, Fidelity: Documented, Source: tia578, Doc: "revision of the software",
		Do: func(c *Call) error { c.Info(c.Settings.Revision); return nil }},
	fax("+FTH", one("mod", 3, 3), "send HDLC frames"),
	fax("+FRH", one("mod", 3, 3), "receive HDLC frames"),
	fax("+FTM", faxSpeeds, "send a page"),
	fax("+FRM", faxSpeeds, "receive a page"),
	{Name: "#CLS", Forms: Set | Read | Test, Params: kept("class", 0, 1), Fidelity: Documented, Source: tia578, Do: faxClass,
		Doc: "service class, as +FCLASS"},
}}

// faxSpeeds are the modulations of 2400 to 9600 bit/s, in hundreds as TIA-578 writes them.
var faxSpeeds = []Param{Number("mod", 24, 24).Or(48, 48).Or(72, 72).Or(96, 96)}

// fax declares a command that takes a fax call.
func fax(name string, params []Param, doc string) Row {
	return Row{
		Name: name, Forms: Set | Test, Params: params, Fidelity: Documented, Source: tia578, Do: noFax, Doc: doc + ", in class 1 during a fax call",
		Assumed: []Assumption{{Forms: Test, What: "the prefix: TIA-578 prints the numbers alone"}},
		Mark:    Partly, Why: "no fax call gets through: ERROR",
	}
}

func noFax(c *Call) error {
	if c.Active.FaxClass != 1 {
		return because(Failed, "%s is one of class 1; AT+FCLASS=1 chooses it", c.Row.Name)
	}
	return because(Failed, "there is no fax call")
}
