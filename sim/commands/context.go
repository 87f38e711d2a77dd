package commands

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/sim/gprs"
)

// contextGroup is the PDP contexts of 27.007 chapter 10.
var contextGroup = Group{"PDP contexts", []Row{
	{Name: "+CGDCONT", Forms: Set | Read | Test, Fidelity: Documented, Source: ch10, Do: defineContexts, TestDo: contextRanges,
		Params: []Param{cid, String("type").Optional(), String("apn").Optional(), String("address").Optional(),
			Number("d_comp", 0, 0).Optional(), Number("h_comp", 0, 0).Optional()},
		Assumed: []Assumption{{What: "a restart forgets it"}, {What: "the address is stored, and the network gives its own"}},
		Doc:     "PDP contexts 1 to 3: type, APN, address; with the number alone it undefines one; that of 1 is that of +AIPDCONT"},
	{Name: "+CGQREQ", Forms: Set | Read | Test, Params: contextQuality, TestText: qualityRanges, Fidelity: Documented, Source: ch10, Do: contextQualities,
		Mark: Partly, Why: "every quality is granted; setting none changes the speed of data",
		Doc: "quality of service wanted for a context; with the number alone it forgets it"},
	{Name: "+CGQMIN", Forms: Set | Read | Test, Params: contextQuality, TestText: qualityRanges, Fidelity: Documented, Source: ch10, Do: contextQualities,
		Mark: Partly, Why: "every quality is granted; setting none changes the speed of data",
		Doc: "quality of service accepted at least for a context; with the number alone it forgets it"},
	{Name: "+CGACT", Forms: Set | Read | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch10, Do: activateContext,
		Params: []Param{Number("state", 0, 1), cid.Optional()}, TestText: "(0,1)",
		Assumed: []Assumption{
			{What: "a wrong APN is +CME ERROR: 133, a second active context 148, one that is not defined ERROR"},
			{What: "0 while FTP is open is +CME ERROR: 3"},
		},
		Doc: "activate or deactivate a context, 1 when none is named; one is active at a time, and +AIPA=1 is context 1"},
	{Name: "+CGDATA", Forms: Set | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch10, Do: contextData, TestText: `("PPP")`,
		Params: []Param{String("l2p").Optional(), cid.Optional()}, Abort: NoCarrier,
		Assumed: []Assumption{{Forms: Test, What: "its text: the AT manual lists no protocol"}},
		Mark:    Partly, Why: "there is no PPP behind it: NO CARRIER where CONNECT would come",
		Doc: "data mode with PPP: ERROR when the context cannot be active, else NO CARRIER"},
	{Name: "+CGCLASS", Forms: Set | Read | Test, Params: []Param{String("class")}, TestText: `("B")`, Fidelity: Documented, Source: ch10, Do: mobileClass,
		Doc: "GPRS class of the module: B"},
}}

var (
	cid            = Number("cid", 1, 3)
	contextQuality = []Param{cid, Number("precedence", 0, 3).Optional(), Number("delay", 0, 4).Optional(),
		Number("reliability", 0, 5).Optional(), Number("peak", 0, 9).Optional(), Number("mean", 0, 18).Or(31, 31).Optional()}
)

const (
	qualityRanges = `"IP",(0-3),(0-4),(0-5),(0-9),(0-18,31)`
	numContexts   = 3
)

// A definedContext is what +CGDCONT, +CGQREQ and +CGQMIN say of a context.
type definedContext struct {
	kind    string // "IP" or "PPP"; "": not defined
	address string
	quality map[string]string // the values of +CGQREQ and +CGQMIN
}

// contexts are the PDP contexts of the module. The APN of the first is that of +AIPDCONT.
type contexts struct {
	defined [numContexts]definedContext
	apn     [numContexts]string
	active  int // the number of the context that was activated last, from 1; 0: the first
}

// activeCID is the number of the active context, or 0.
func (s *State) activeCID() int {
	if !s.GPRS.Active() {
		return 0
	}
	return max(1, s.contexts.active)
}

// contextAPN is the APN of a context.
func (s *State) contextAPN(cid int) string {
	if cid == 1 {
		return s.context.APN
	}
	return s.contexts.apn[cid-1]
}

func (s *State) setContextAPN(cid int, apn string) {
	if cid == 1 {
		s.context.APN = apn
	}
	s.contexts.apn[cid-1] = apn
}

// hasContext reports whether a context may be activated: 1 always may, as +AIPA=1 does.
func (s *State) hasContext(cid int) bool { return cid == 1 || s.contexts.defined[cid-1].kind != "" }

// defineContexts defines, undefines or lists contexts (27.007 10.1.1).
func defineContexts(c *Call) error {
	if c.Form == Read {
		var lines []string
		for i, d := range c.contexts.defined {
			if d.kind != "" {
				lines = append(lines, c.line("+CGDCONT", fmt.Sprintf("%d,%s,%s,%s,0,0", i+1, Quote(d.kind), Quote(c.contextAPN(i+1)), Quote(d.address))))
			}
		}
		return c.list(lines)
	}
	n := c.Args.Number(0)
	if n == c.activeCID() {
		return because(CMENotAllowed, "context %d is active", n)
	}
	kind := strings.ToUpper(c.Args.Text(1))
	switch {
	case !c.anyGiven(1):
		c.contexts.defined[n-1] = definedContext{}
		c.setContextAPN(n, "")
		return nil
	case kind != "IP" && kind != "PPP":
		return because(ErrSyntax, "the type of a context is IP or PPP, not %q", c.Args.Text(1))
	}
	d := &c.contexts.defined[n-1]
	d.kind, d.address = kind, c.Args.Text(3)
	c.setContextAPN(n, c.Args.Text(2))
	return nil
}

// list answers with lines, or with nothing when there are none.
func (c *Call) list(lines []string) error {
	if len(lines) > 0 {
		c.Info(lines...)
	}
	return nil
}

// anyGiven reports whether the host gave an argument from the i-th on.
func (c *Call) anyGiven(i int) bool {
	for ; i < len(c.Args); i++ {
		if c.Args.Given(i) {
			return true
		}
	}
	return false
}

func contextRanges(c *Call) error {
	c.Info(c.line("+CGDCONT", `(1-3),"IP",,,(0),(0)`), c.line("+CGDCONT", `(1-3),"PPP",,,(0),(0)`))
	return nil
}

// contextQualities sets or lists the values of +CGQREQ or +CGQMIN (27.007 10.1.4 and 10.1.5).
func contextQualities(c *Call) error {
	if c.Form == Read {
		var lines []string
		for i, d := range c.contexts.defined {
			if q := d.quality[c.Row.Name]; q != "" {
				lines = append(lines, c.line(c.Row.Name, fmt.Sprintf("%d,%s", i+1, q)))
			}
		}
		return c.list(lines)
	}
	d := &c.contexts.defined[c.Args.Number(0)-1]
	if !c.anyGiven(1) {
		delete(d.quality, c.Row.Name)
		return nil
	}
	if d.quality == nil {
		d.quality = make(map[string]string)
	}
	d.quality[c.Row.Name] = fmt.Sprintf("%d,%d,%d,%d,%d",
		c.Args.Number(1), c.Args.Number(2), c.Args.Number(3), c.Args.Number(4), c.Args.Number(5))
	return nil
}

// activateContext activates or deactivates a context, or lists them all (27.007 10.1.10).
func activateContext(c *Call) error {
	if c.Form == Read {
		var lines []string
		for n := 1; n <= numContexts; n++ {
			if c.hasContext(n) {
				lines = append(lines, c.line("+CGACT", fmt.Sprintf("%d,%d", n, bit(n == c.activeCID()))))
			}
		}
		return c.list(lines)
	}
	n := c.Args.NumberOr(1, max(1, c.activeCID()))
	if !c.hasContext(n) {
		return because(Failed, "context %d is not defined; AT+CGDCONT defines it", n)
	}
	switch active := n == c.activeCID(); {
	case c.Args.Number(0) == 1 && !active:
		return c.bringUp(n)
	case c.Args.Number(0) == 0 && active:
		return c.takeDown()
	}
	return nil
}

// bringUp activates a context.
func (c *Call) bringUp(n int) error {
	if other := c.activeCID(); other != 0 {
		return because(CMEGPRS, "context %d is active, and the module has one at a time", other)
	}
	if err := c.takes(seconds(2, 10)); err != nil {
		return err
	}
	if err := c.allowed(n); err != nil {
		return err
	}
	c.contexts.active = n
	changes, err := c.GPRS.Handle(gprs.Activate, c.Now())
	if err != nil {
		return because(CMENoNetwork, "%v", err)
	}
	c.Apply(changes)
	if !c.GPRS.Active() {
		return because(CMEGPRS, "the context was lost at once")
	}
	return nil
}

// allowed returns what keeps a context from being activated.
func (c *Call) allowed(n int) error {
	apn := c.Settings.APN
	switch {
	case !c.GPRS.Registration().Registered():
		return because(CMENoNetwork, "not registered to a network")
	case !c.hasContext(n):
		return because(Failed, "context %d is not defined; AT+CGDCONT defines it", n)
	case apn != "" && !strings.EqualFold(apn, c.contextAPN(n)):
		return because(CMENotSubscribed, "the network knows only the APN %q, not %q", apn, c.contextAPN(n))
	case c.NoContext:
		return because(CMEOutOfOrder, "the network gives no context for now")
	}
	return nil
}

// takeDown ends the active context, unless FTP runs over it.
func (c *Call) takeDown() error {
	if c.FTP.Open() {
		return because(CMENotAllowed, "the FTP connection is open; AT+AFTPC closes it")
	}
	if open := c.Sockets.In(false); len(open) > 0 {
		return because(CMENotAllowed, "socket %d is open; AT+AIPC closes it", open[0])
	}
	changes, err := c.GPRS.Handle(gprs.Deactivate, c.Now())
	if err != nil {
		return because(CMEGPRS, "%v", err)
	}
	c.Apply(changes)
	return nil
}

// contextData comes as far as CONNECT (27.007 10.1.12).
func contextData(c *Call) error {
	if p := c.Args.Text(0); p != "" && !strings.EqualFold(p, "PPP") {
		return because(Failed, "the protocol is PPP, not %q", p)
	}
	if err := c.allowed(c.Args.NumberOr(1, 1)); err != nil {
		return err
	}
	return because(NoCarrier, "there is no PPP behind the module's data mode")
}

// dialContext answers D*99# and D*98#; ok is false for any other number (27.007 10.2.1).
func (c *Call) dialContext() (err error, ok bool) {
	n, ok := packetCall(c.Text)
	if !ok {
		return nil, false
	}
	if err := c.check(NeedsSIM); err != nil {
		return err, true
	}
	if n < 1 || n > numContexts {
		return because(Failed, "there is no context %d (1 to %d)", n, numContexts), true
	}
	if err := c.allowed(n); err != nil {
		return because(NoCarrier, "%v", err), true
	}
	return because(NoCarrier, "there is no PPP behind the module's data mode"), true
}

// packetCall reads *99[*address[*L2P[*cid]]]# and *98[*cid]#, with P or T before it. A context that
// cannot be read is -1.
func packetCall(number string) (cid int, ok bool) {
	number = strings.TrimLeft(number, "TP")
	code, whole := strings.CutSuffix(number, "#")
	fields := strings.Split(code, "*")
	if !whole || len(fields) < 2 || fields[0] != "" {
		return 0, false
	}
	place := map[string]int{"99": 4, "98": 2}[fields[1]]
	switch {
	case place == 0:
		return 0, false
	case len(fields) > place+1:
		return -1, true
	case len(fields) <= place || fields[place] == "":
		return 1, true
	}
	n, digits := parseNumber(fields[place])
	if !digits {
		return -1, true
	}
	return int(n), true
}

func mobileClass(c *Call) error {
	if c.Form == Read {
		c.Answer("+CGCLASS", `"B"`)
		return nil
	}
	if c.Args.Text(0) != "B" {
		return because(ErrSyntax, "the module has the class B alone")
	}
	return nil
}
