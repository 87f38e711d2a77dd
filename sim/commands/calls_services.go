package commands

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/sim/calls"
)

// callServicesGroup is the services of 27.007 chapter 7 that act on calls, and what goes with
// them.
var callServicesGroup = Group{"services of calls", []Row{
	{Name: "+CCWA", Forms: Set | Read | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch7, Do: callWaiting, TestText: "(0,1)",
		Params:  []Param{Number("n", 0, 1).Optional(), Number("mode", 0, 2).Optional(), Number("class", 1, 255).Optional()},
		Assumed: []Assumption{{What: "the network lets calls wait until the host says otherwise, of the class 1 alone"}},
		Doc:     "a call that comes in beside another: n tells of it with +CCWA, mode 0 lets it find the module busy, 1 lets it wait, 2 asks"},
	{Name: "+CEER", Forms: Execute | Test, Fidelity: Documented, Source: ch6, Do: releaseCause,
		Assumed: []Assumption{{What: "the first number is 0 before any call has ended, then 1; the second is the cause of 24.008 10.5.4.11"}},
		Doc:     "why the last call ended: 8 barred, 16 hung up, 17 busy, 19 no answer, 21 rejected, 41 the network is gone"},
	{Name: "+CLIR", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch7, Do: hideNumber,
		Doc: "whether the far end of a call, another modem, is shown the number: 0 as the network likes, which shows it, 1 hidden, 2 shown"},
	{Name: "+COLP", Forms: Set | Read | Test, Params: kept("n", 0, 1), Fidelity: Documented, Source: ch7, Do: answeringNumber,
		Doc: "with 1, +COLP shows the number that has answered a call of the host"},
	{Name: "+VTS", Forms: Set | Test, Params: []Param{String("dtmf")}, TestText: `(0-9,*,#,A-D)`, Fidelity: Documented, Source: "AT manual, 27.007 C", Do: sendTone,
		Assumed: []Assumption{{Forms: Test, What: "its text"}, {What: "without an active call it is +CME ERROR: 3; two characters or another one are ERROR"}},
		Doc:     "a tone for the far end of the active call, which does not listen"},
}}

// A Release is why a call ended (24.008 10.5.4.11). 0: none has.
type Release int

// The causes that happen here.
const (
	ReleaseBarred    Release = 8
	ReleaseNormal    Release = 16
	ReleaseBusy      Release = 17
	ReleaseNoAnswer  Release = 19
	ReleaseRejected  Release = 21
	ReleaseNoNetwork Release = 41
)

// callWaiting answers +CCWA (27.007 7.12). Whether calls wait is a matter of the network.
func callWaiting(c *Call) error {
	if c.Form == Read {
		c.Answer("+CCWA", "%d", c.presentsWaiting)
		return nil
	}
	c.presentsWaiting = c.Args.NumberOr(0, c.presentsWaiting)
	switch {
	case !c.Args.Given(1):
		return nil
	case !c.GPRS.Registration().Registered():
		return because(CMENoNetwork, "not registered to a network")
	case c.Args.Number(1) == 2:
		c.Answer("+CCWA", "%d,%d", bit(!c.noWaiting), voice)
		return nil
	case c.Args.NumberOr(2, allClasses)&voice != 0:
		c.noWaiting = c.Args.Number(1) == 0
	}
	return nil
}

// LetsWait reports whether the network lets a call wait beside another.
func (s *State) LetsWait() bool { return !s.noWaiting }

// WaitingURC returns what tells of a call that waits; "": nothing does.
func (s *State) WaitingURC(number string) string {
	if s.presentsWaiting == 0 {
		return ""
	}
	return fmt.Sprintf("+CCWA: %s,%d", Party(number), voice)
}

// AnsweredURC returns what tells who has answered a call of the host; "": nothing does.
func (s *State) AnsweredURC(number string) string {
	if s.Report.COLP == 0 {
		return ""
	}
	return "+COLP: " + Party(number)
}

func releaseCause(c *Call) error {
	c.Answer("+CEER", "Cause Select: %d cause: %d", bit(c.Released != 0), c.Released)
	return nil
}

// hideNumber answers +CLIR (27.007 7.7). The network offers it for single calls: 4.
func hideNumber(c *Call) error {
	if c.Form == Set {
		c.Report.CLIR = c.Args.NumberOr(0, c.Report.CLIR)
		return nil
	}
	c.Answer("+CLIR", "%d,4", c.Report.CLIR)
	return nil
}

// answeringNumber answers +COLP (27.007 7.8), which the network offers: 1.
func answeringNumber(c *Call) error {
	if c.Form == Set {
		c.Report.COLP = c.Args.NumberOr(0, c.Report.COLP)
		return nil
	}
	c.Answer("+COLP", "%d,1", c.Report.COLP)
	return nil
}

func sendTone(c *Call) error {
	if tone := strings.ToUpper(c.Args.Text(0)); len(tone) != 1 || !strings.Contains("0123456789*#ABCD", tone) {
		return because(ErrSyntax, "%q is no tone", c.Args.Text(0))
	}
	if _, ok := c.Calls.In(calls.Active); !ok {
		return because(CMENotAllowed, "no call is active")
	}
	return nil
}
