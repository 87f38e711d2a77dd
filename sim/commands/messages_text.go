package commands

import (
	"strconv"

	"github.com/modemsim/modemsim/sim/messages"
)

// textParameters sets or shows what a message in text mode is sent with (27.005 3.3.2).
func textParameters(c *Call) error {
	p := &c.Messages.text
	if c.Form == Read {
		c.Answer("+CSMP", "%d,%s,%d,%d", p.First, shownValidity(p.Validity), p.Protocol, p.Coding)
		return nil
	}
	changed := *p
	changed.First = c.Args.NumberOr(0, p.First)
	changed.Protocol = c.Args.NumberOr(2, p.Protocol)
	changed.Coding = c.Args.NumberOr(3, p.Coding)
	switch {
	case c.Args.Quoted(1):
		if _, err := messages.ParseStamp(c.Args.Text(1)); err != nil {
			return because(CMSTextMode, "%v", err)
		}
		changed.Validity = c.Args.Text(1)
	case c.Args.Given(1):
		changed.Validity = strconv.Itoa(c.Args.Number(1))
	}
	*p = changed
	return nil
}

// shownValidity is the validity period as +CSMP shows it: a time stamp has quotes.
func shownValidity(v string) string {
	if _, err := strconv.Atoi(v); err != nil {
		return Quote(v)
	}
	return v
}

func saveService(c *Call) error {
	c.Messages.saved[c.profile()] = c.Messages.serviceSettings
	return nil
}

func restoreService(c *Call) error {
	c.Messages.serviceSettings = c.Messages.saved[c.profile()]
	return nil
}

// profile is the one that +CSAS and +CRES name; 0 when they name none.
func (c *Call) profile() int {
	if c.Form == Execute {
		return 0
	}
	return c.Args.NumberOr(0, 0)
}
