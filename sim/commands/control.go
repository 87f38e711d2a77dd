package commands

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/gprs"
)

const (
	ch8 = "AT manual, 27.007 8"
	ch9 = "AT manual, 27.007 9"
)

// controlGroup is 27.007 chapters 8 and 9, and +CLIP of chapter 7.
var controlGroup = Group{"control", []Row{
	{Name: "+CLAC", Forms: Execute | Test, Fidelity: Documented, Source: ch8, Do: list,
		Doc: "all commands"},
	{Name: "+CMEE", Forms: Set | Read | Test, Params: kept("n", 0, 2), Fidelity: Documented, Source: ch9, Do: errorReports,
		Assumed: []Assumption{
			{What: "a set form is kept over a restart without &W"},
			{What: "under V0 +CME ERROR is text CR LF; under Q1 none is sent"},
		},
		Doc: "error reports: 0 ERROR, 1 number, 2 text in quotes"},
	{Name: "+CBC", Forms: Execute | Test, TestText: "(0-3),(0-100)", Fidelity: Documented, Source: ch8, Do: battery,
		Doc: "battery: what powers the module, and its charge in percent"},
	{Name: "+CCLK", Forms: Set | Read | Test, Params: []Param{String("time")}, Fidelity: Documented, Source: ch8, Do: clock, TestDo: accept,
		Doc: "clock: \"yy/MM/dd,hh:mm:ss\", without time zone; runs on modem time"},
	{Name: "+CLIP", Forms: Set | Read | Test, Params: kept("n", 0, 1), Fidelity: Documented, Source: "AT manual, 27.007 7", Do: callerNumber,
		Assumed: []Assumption{{What: "a set form is kept over a restart without &W"}},
		Doc:     "caller's number: with 1, RING is followed by it"},
	{Name: "+CPAS", Forms: Execute | Test, TestText: "(0,2-4)", Fidelity: Documented, Source: ch8, Do: activity,
		Assumed: []Assumption{{Forms: Test, What: "its text"}},
		Doc:     "activity of the module: 0 ready, 3 a call comes in, 4 a call is there"},
	{Name: "+CPIN", Forms: Set | Read | Test, Fidelity: Documented, Source: ch8, Do: pin, TestDo: accept,
		Params:  []Param{Secret("pin"), Secret("newpin").Optional()},
		Assumed: []Assumption{{What: "a PIN without quotes is ERROR"}},
		Doc:     "what the SIM waits for; gives it its PIN, or its PUK and a new PIN"},
	{Name: "+CSQ", Forms: Execute | Test, Fidelity: Documented, Source: ch8, Do: signal, TestDo: signalRanges,
		Assumed: []Assumption{{What: "the signal is that of the setting, whatever the registration"}},
		Doc:     "signal: RSSI 0 to 31, or 99 when it is not known, and bit error rate, which is 99 unless the setting ber differs"},
}}

// list answers +CLAC with one line a command, all in one frame (27.007 8.37).
func list(c *Call) error {
	var lines []string
	for _, r := range c.Table.All() {
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

// pin answers what the SIM waits for, or gives it that (27.007 8.3). After a right PIN the module
// registers.
func pin(c *Call) error {
	if c.Form == Read {
		text, ok := waiting[c.SIM.State]
		if !ok {
			return c.SIM.refusal()
		}
		c.Answer("+CPIN", "%s", text)
		return nil
	}
	if err := c.unlock(); err != nil {
		return err
	}
	changes, err := c.GPRS.Handle(gprs.Network(c.Network()), c.Now())
	c.Apply(changes)
	return err
}

// unlock gives the SIM its PIN, or its PUK and a new PIN.
func (c *Call) unlock() error {
	switch c.SIM.State {
	case SIMPIN:
		if c.Args.Given(1) {
			return because(CMEWrongPassword, "the SIM waits for a PIN alone, not for a PUK and a PIN")
		}
		return c.SIM.givePIN(c.Args.Text(0))
	case SIMPUK:
		if n := len(c.Args.Text(1)); n < 4 || n > 8 {
			return because(CMEWrongPassword, "with the PUK comes a new PIN of 4 to 8 digits")
		}
		return c.SIM.givePUK(c.Args.Text(0), c.Settings.PUK, c.Args.Text(1))
	case SIMReady:
		return because(CMENotAllowed, "the SIM waits for nothing")
	}
	return c.SIM.refusal()
}

func battery(c *Call) error {
	c.Answer("+CBC", "%d,%d", c.Settings.Charging, c.Settings.Battery)
	return nil
}

func activity(c *Call) error {
	status := 0
	if _, ok := c.Calls.In(calls.Active, calls.Held, calls.Dialing, calls.Alerting); ok {
		status = 4
	} else if _, ok := c.Calls.In(calls.Incoming); ok {
		status = 3
	}
	c.Answer("+CPAS", "%d", status)
	return nil
}

func callerNumber(c *Call) error {
	if c.Form == Set {
		c.Report.CLIP = c.Args.NumberOr(0, c.Report.CLIP)
		return nil
	}
	c.Answer("+CLIP", "%d,1", c.Report.CLIP)
	return nil
}

// A wallClock is the module's real-time clock.
type wallClock struct {
	set time.Time // the time that it was set to
	at  time.Time // modem time when it was set
}

func clock(c *Call) error {
	if c.Form == Read {
		c.Answer("+CCLK", "%s", Quote(c.Clock(c.Now()).Format(scenarios.ClockLayout)))
		return nil
	}
	t, err := time.Parse(scenarios.ClockLayout, c.Args.Text(0))
	if err != nil {
		return because(ErrSyntax, "%q is not a time of the form yy/MM/dd,hh:mm:ss", c.Args.Text(0))
	}
	c.SetClock(t, c.Now())
	return nil
}

// Clock is what the module's clock says at modem time now.
func (s *State) Clock(now time.Time) time.Time { return s.clock.set.Add(now.Sub(s.clock.at)) }

// SetClock sets the module's clock at modem time now.
func (s *State) SetClock(t, now time.Time) {
	s.clock = wallClock{set: t, at: now}
	if s.ClockSet != nil {
		s.ClockSet()
	}
}

// signalRanges answers the test form: the module knows no bit error rate, unless it was given one.
func signalRanges(c *Call) error {
	ber := "(99)"
	if c.Settings.BER != 99 {
		ber = "(0-7,99)"
	}
	c.Answer("+CSQ", "(0-31,99),%s", ber)
	return nil
}

func signal(c *Call) error {
	c.Answer("+CSQ", "%d,%d", c.Settings.Signal, c.Settings.BER)
	return nil
}
