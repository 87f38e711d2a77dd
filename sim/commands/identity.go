package commands

const (
	ch5     = "AT manual, 27.007 5"
	v25term = "AT manual, V.25ter"
)

// identityGroup is 27.007 chapter 5 and the commands of V.25ter that answer the same.
var identityGroup = Group{"identification", []Row{
	{Name: "+CGMI", Forms: Execute | Test, Fidelity: Documented, Source: ch5, Doc: "manufacturer",
		Do: func(c *Call) error { c.Info(c.Settings.Manufacturer); return nil }},
	{Name: "+CGMM", Forms: Execute | Test, Fidelity: Documented, Source: ch5, Doc: "model",
		Do: func(c *Call) error { c.Info(c.Settings.Model); return nil }},
	{Name: "+CGMR", Forms: Execute | Test, Fidelity: Documented, Source: ch5, Doc: "revision of the software",
		Do: func(c *Call) error { c.Info(c.Settings.Revision); return nil }},
	{Name: "+CGSN", Forms: Execute | Test, Fidelity: Documented, Source: ch5, Doc: "serial number (IMEI)",
		Do: func(c *Call) error { c.Info(c.Settings.IMEI); return nil }},
	{Name: "+CIMI", Forms: Execute | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch5, Doc: "subscriber's number (IMSI)",
		Do: func(c *Call) error { c.Info(c.Settings.IMSI); return nil }},
	{Name: "+GMI", Forms: Execute | Test, Fidelity: Documented, Source: v25term, Doc: "manufacturer",
		Do: func(c *Call) error { c.Info(c.Settings.Manufacturer); return nil }},
	{Name: "+GMM", Forms: Execute | Test, Fidelity: Documented, Source: v25term, Doc: "model",
		Do: func(c *Call) error { c.Info(c.Settings.Model); return nil }},
	{Name: "+GMR", Forms: Execute | Test, Fidelity: Documented, Source: v25term, Doc: "revision of the software",
		Do: func(c *Call) error { c.Info(c.Settings.Revision); return nil }},
	{Name: "+GSN", Forms: Execute | Test, Fidelity: Documented, Source: v25term, Doc: "serial number (IMEI)",
		Do: func(c *Call) error { c.Info(c.Settings.IMEI); return nil }},
	{Name: "+GCAP", Forms: Execute | Test, Fidelity: Documented, Source: v25term, Doc: "capabilities: the colon has no space after it",
		Do: func(c *Call) error { c.Info("+GCAP:+FCLASS,+CGSM"); return nil }},
}}
