package commands

import (
	"strings"

	"github.com/modemsim/modemsim/sim/messages"
)

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
	{Name: "+CSCS", Forms: Set | Read | Test, Params: []Param{String("chset")}, TestText: `("GSM","UCS2","IRA")`, Fidelity: Documented,
		Source: ch5, Do: charset,
		Assumed: []Assumption{{What: "it acts on messages in text mode alone"}, {What: "a set form is kept over a restart without &W"}},
		Doc:     "character set of the host: \"GSM\", \"UCS2\" or \"IRA\"; in text mode it is that of a message and its number"},
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

// charset sets or shows the character set of the host (27.007 5.5).
func charset(c *Call) error {
	if c.Form == Read {
		c.Answer("+CSCS", `"%s"`, c.Report.CSCS)
		return nil
	}
	switch set := messages.Charset(strings.ToUpper(c.Args.Text(0))); set {
	case messages.GSM, messages.UCS2, messages.IRA:
		c.Report.CSCS = set
		return nil
	}
	return because(ErrSyntax, "there is no character set %q (one of GSM, UCS2, IRA)", c.Args.Text(0))
}
