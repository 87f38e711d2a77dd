package commands

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/sim/gprs"
)

const enh3 = "Enhanced AT manual 3"

// ipGroup is the GPRS commands of the Enhanced AT manual, and +AIPA of the FTP AT manual.
var ipGroup = Group{"IP", []Row{
	{Name: "+AIPDCONT", Forms: Set | Test, Params: []Param{String("apn"), String("user").Optional(), Secret("password").Optional()},
		IP: Numbered, Fidelity: Documented, Source: enh3, Do: defineContext,
		Assumed: []Assumption{
			assumedTestText,
			{What: "a restart forgets it"},
		},
		Doc: "APN, user and password of the PDP context; only the APN counts, under the setting apn"},
	{Name: "+AIPQREQ", Forms: Set | Test, Params: qos, IP: Numbered, Fidelity: Documented, Source: enh3, Do: qualityOfService,
		Assumed: []Assumption{assumedTestText},
		Mark:    Partly, Why: "every quality is granted; setting none changes the speed of data",
		Doc: "quality of service wanted: precedence, delay, reliability, peak, mean; answered, without effect"},
	{Name: "+AIPQMIN", Forms: Set | Test, Params: qos, IP: Numbered, Fidelity: Documented, Source: enh3, Do: qualityOfService,
		Assumed: []Assumption{assumedTestText},
		Mark:    Partly, Why: "every quality is granted; setting none changes the speed of data",
		Doc: "quality of service accepted at least; answered, without effect"},
	{Name: "+AIPA", Forms: Set | Read | Test, Params: one("mode", 0, 1), IP: Numbered, Fidelity: Documented, Source: "FTP AT manual 1.1", Do: activate,
		Assumed: []Assumption{
			assumedTestText,
			{What: "1 while active repeats the answer with the running seconds; 0 while not active is 0,0, after a lost context too, whose seconds nothing tells"},
			{What: "1 attaches by itself, after +CGATT=0 too"},
			{What: "0 while FTP is open is ERROR"},
		},
		Doc: "PDP context: 1 activates it, which takes a registration (301 without), 0 ends it, with the seconds it has been active"},
	{Name: "+AIPESTAT", Forms: Execute | Read | Test, Fidelity: Documented, Source: "Enhanced AT manual 7", Do: lastError,
		Assumed: []Assumption{
			assumedTestText,
			{Forms: Execute | Read, What: "a success and any failure without a number, such as a server that has no such file, leave it as it is"},
		},
		Doc: "number of the last failure of an IP or FTP command that has one: 300 parameters, 301 no GPRS, 302 socket or FTP open or not, 303 address or port, 304 no connection or login, 201 to 227 as BSD names them, such as 217 refused; 0: none"},
}}

// qos are the five parameters of +AIPQREQ and +AIPQMIN.
var qos = []Param{
	Number("precedence", 0, 3), Number("delay", 0, 4), Number("reliability", 0, 5),
	Number("peak", 0, 9), Number("mean", 0, 18).Or(31, 31),
}

func defineContext(c *Call) error {
	c.contexts.defined[0].kind = "IP"
	c.context = pdpContext{APN: c.Args.Text(0), User: c.Args.Text(1), Password: c.Args.Text(2)}
	c.Answer("+AIPDCONT", "%s,%s,%s", Quote(c.context.APN), Quote(c.context.User), Quote(c.context.Password))
	return nil
}

// qualityOfService answers with the five values as if the network granted them.
func qualityOfService(c *Call) error {
	values := make([]string, len(c.Args))
	for i := range c.Args {
		values[i] = fmt.Sprint(c.Args.Number(i))
	}
	c.Answer(c.Row.Name, "%s", strings.Join(values, ","))
	return nil
}

func activate(c *Call) error {
	switch {
	case c.Form == Read && !c.GPRS.Active():
		c.Answer("+AIPA", "0")
		return nil
	case c.Form == Read:
		c.answerActive()
		return nil
	case c.Args.Number(0) == 0:
		return deactivate(c)
	}
	if c.GPRS.Active() {
		c.answerActive()
		return nil
	}
	if err := c.takes(seconds(2, 10)); err != nil {
		return err
	}
	if apn := c.Settings.APN; apn != "" && !strings.EqualFold(apn, c.context.APN) {
		return because(IPNoGPRS, "the network knows only the APN %q, not %q; AT+AIPDCONT sets it", apn, c.context.APN)
	}
	if c.NoContext {
		return because(IPNoGPRS, "the network gives no context for now")
	}
	c.contexts.active = 1
	changes, err := c.GPRS.Handle(gprs.Activate, c.Now())
	if err != nil {
		return because(IPNoGPRS, "%v", err)
	}
	c.Apply(changes)
	if !c.GPRS.Active() {
		return because(IPNoGPRS, "the context was lost at once")
	}
	c.answerActive()
	return nil
}

// deactivate ends the context. It refuses while the FTP connection is open, since all sockets must
// be closed first (FTP AT manual 1.1).
func deactivate(c *Call) error {
	if c.FTP.Open() {
		return because(IPSocket, "the FTP connection is open; AT+AFTPC closes it")
	}
	if !c.GPRS.Active() {
		c.Answer("+AIPA", "0,0")
		return nil
	}
	if open := c.Sockets.In(false); len(open) > 0 {
		return because(IPSocket, "socket %d is open; AT+AIPC closes it", open[0])
	}
	changes, err := c.GPRS.Handle(gprs.Deactivate, c.Now())
	if err != nil {
		return because(IPNoGPRS, "%v", err)
	}
	c.Apply(changes)
	c.Answer("+AIPA", "0,%d", c.GPRS.Seconds(c.Now()))
	return nil
}

// answerActive answers with address and seconds, and with the extra fields of newer firmware
// (supplement).
func (c *Call) answerActive() {
	c.Answer("+AIPA", "1,%s,%d%s", c.GPRS.Address(), c.GPRS.Seconds(c.Now()), strings.Repeat(",0", c.Settings.AIPAExtra))
}

func lastError(c *Call) error {
	c.Answer("+AIPESTAT", "%d", c.ipError)
	return nil
}
