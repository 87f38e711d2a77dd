package commands

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/sim/gprs"
	"github.com/modemsim/modemsim/sim/messages"
)

// indicatorGroup is the indicators of 27.007 chapter 8.
var indicatorGroup = Group{"indicators", []Row{
	{Name: "+CIND", Forms: Set | Read | Test, Fidelity: Documented, Source: ch8, Do: showIndicators, TestText: indicatorRanges(),
		Params: []Param{Number("battchg", 0, 5).Optional(), Number("signal", 0, 4).Optional(), Number("service", 0, 1).Optional(), Number("message", 0, 1).Optional(),
			Number("call", 0, 1).Optional(), Number("roam", 0, 1).Optional(), Number("smsfull", 0, 1).Optional()},
		Assumed: []Assumption{{Forms: Set, What: "no indicator can be set: +CME ERROR: 3"}, {What: "signal is a fifth of the range of +CSQ, battchg of 100 percent; message: one in the memory is unread"}},
		Doc:     "indicators: battery, signal, service, message, call, roaming, full memory of messages"},
	{Name: "+CMER", Forms: Set | Read | Test, Fidelity: Documented, Source: ch8, Do: indicatorReports, TestText: "(0,1),(0),(0),(0-2),(0)",
		Params:  []Param{Number("mode", 0, 1).Optional(), Number("keyp", 0, 0).Optional(), Number("disp", 0, 0).Optional(), Number("ind", 0, 2).Optional(), Number("bfr", 0, 0).Optional()},
		Assumed: []Assumption{{What: "a restart forgets ind and keeps mode, as the non-volatile table lists that alone"}},
		Doc:     "+CIEV tells of an indicator that changes: mode 1 and ind 1 or 2"},
}}

// An indicator is one value of +CIND.
type indicator struct {
	name string
	most int
	of   func(*State) int
}

// indicators are in the order of +CIND, which +CIEV counts from 1 (AT manual, +CIND).
var indicators = []indicator{
	{"battchg", 5, func(s *State) int { return (s.Settings.Battery + 10) / 20 }},
	{"signal", 4, func(s *State) int {
		if s.Settings.Signal > 31 { // not known
			return 0
		}
		return s.Settings.Signal * 5 / 32
	}},
	{"service", 1, func(s *State) int { return bit(s.GPRS.Registration().Registered()) }},
	{"message", 1, func(s *State) int { return bit(len(s.Messages.Store.List(messages.Unread)) > 0) }},
	{"call", 1, func(s *State) int { return bit(len(s.Calls.All()) > 0) }},
	{"roam", 1, func(s *State) int { return bit(s.GPRS.Registration() == gprs.Roaming) }},
	{"smsfull", 1, func(s *State) int { return bit(s.Messages.Store.Used() >= s.Settings.SMSStore) }},
}

func indicatorRanges() string {
	var ranges []string
	for _, i := range indicators {
		values := "0,1"
		if i.most > 1 {
			values = fmt.Sprintf("0-%d", i.most)
		}
		ranges = append(ranges, fmt.Sprintf("(%s,(%s))", Quote(i.name), values))
	}
	return strings.Join(ranges, ",")
}

// indicatorValues are the values at the moment.
func (s *State) indicatorValues() [7]int {
	var values [7]int
	for n, i := range indicators {
		values[n] = i.of(s)
	}
	return values
}

// IndicatorURCs returns the URCs for the indicators that have changed since the last call.
func (s *State) IndicatorURCs() []string {
	if s.Report.CMER == 0 || s.indicatorMode == 0 {
		return nil
	}
	before := s.indicated
	values := s.indicatorValues()
	s.indicated = values
	var urcs []string
	for n := range values {
		if values[n] != before[n] {
			urcs = append(urcs, s.line("+CIEV", fmt.Sprintf("%d,%d", n+1, values[n])))
		}
	}
	return urcs
}

func showIndicators(c *Call) error {
	if c.Form == Set {
		if c.anyGiven(0) {
			return because(CMENotAllowed, "the module sets its indicators itself")
		}
		return nil
	}
	var texts []string
	for _, v := range c.indicatorValues() {
		texts = append(texts, fmt.Sprint(v))
	}
	c.Answer("+CIND", "%s", strings.Join(texts, ","))
	return nil
}

func indicatorReports(c *Call) error {
	if c.Form == Read {
		c.Answer("+CMER", "%d,0,0,%d,0", c.Report.CMER, c.indicatorMode)
		return nil
	}
	c.Report.CMER, c.indicatorMode = c.Args.NumberOr(0, c.Report.CMER), c.Args.NumberOr(3, c.indicatorMode)
	c.indicated = c.indicatorValues()
	return nil
}
