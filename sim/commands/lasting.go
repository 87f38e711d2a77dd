package commands

import (
	"slices"
	"strconv"
	"strings"
)

// lastingGroup is the commands of 27.007 and TIA-578 that set numbers and read them back.
var lastingGroup = Group{"kept parameters", []Row{
	numbers("+CSTA", ch6, lasting, []Param{Number("type", 129, 129).Or(145, 145).Optional()}, []int{129},
		"type of the number that D dials", "the + of the number decides"),
	numbers("+CMOD", ch6, passing, kept("mode", 0, 0), []int{0}, "call mode: 0 single, the only one", "there is one value"),
	numbers("+CVHU", ch6, lasting, kept("mode", 0, 2), []int{0}, "how H hangs up a voice call", "H hangs up whatever it says"),
	numbers("+CBST", ch6, passing, []Param{Number("speed", 0, 0).Or(7, 7).Or(71, 71).Optional(), Number("name", 0, 0).Optional(), Number("ce", 1, 1).Optional()},
		[]int{0, 0, 1}, "bearer of a data call: speed, name, connection element", "no data call gets through"),
	numbers("+CRLP", ch6, passing, []Param{Number("iws", 0, 61).Optional(), Number("mws", 0, 61).Optional(), Number("T1", 39, 255).Optional(), Number("N2", 1, 255).Optional()},
		[]int{61, 61, 48, 6}, "radio link protocol of a data call: windows, timer, repetitions", "no data call gets through"),
	numbers("+CR", ch6, lasting, kept("mode", 0, 1), []int{0}, "report of the bearer before CONNECT", "no data call gets through"),
	numbers("+CSSN", ch7, lasting, []Param{Number("n", 0, 1).Optional(), Number("m", 0, 1).Optional()}, []int{0, 0},
		"+CSSI and +CSSU during calls", "no call tells of supplementary services"),
	numbers("+CMEC", ch8, passing, []Param{Number("keyp", 0, 0).Optional(), Number("disp", 0, 0).Optional(), Number("ind", 0, 0).Optional()},
		[]int{0, 0, 0}, "control of keypad, display and indicators: 0, the only one", "there is one value"),
	numbers("+CALM", ch8, passing, kept("mode", 0, 2), []int{0}, "alert sound mode", "nothing sounds"),
	numbers("+CRSL", ch8, passing, kept("level", 0, 3), []int{0}, "ringer level", "nothing sounds"),
	numbers("+CVIB", ch8, passing, kept("mode", 0, 1), []int{0}, "vibrator", "nothing vibrates"),
	numbers("+CLVL", ch8, passing, kept("level", 1, 10), []int{5}, "loudspeaker volume", "nothing sounds"),
	numbers("+CMUT", ch8, passing, kept("n", 0, 1), []int{0}, "microphone muting", "nothing is heard"),
	numbers("+CCWE", ch8, passing, kept("mode", 0, 1), []int{0}, "call meter warning", "no call is charged for"),
	numbers("+CRMP", ch8, passing, []Param{Number("call_type", 0, 3).Optional(), Number("volume", 0, 0).Optional(), Number("type", 0, 0).Optional(), Number("index", 0, 0).Optional()},
		[]int{0, 0, 0, 0}, "ring melody", "nothing sounds"),
	numbers("+CSGT", ch8, passing, kept("mode", 0, 1), []int{0}, "greeting text", "there is no display"),
	numbers("+CSVM", ch8, passing, kept("mode", 0, 1), []int{0}, "voice mail number", "there is no voice mail"),
	numbers("+CLAN", ch8, passing, kept("code", 0, 0), []int{0}, "language: one", "there is one value"),
	numbers("+CGSMS", ch10, passing, kept("service", 0, 3), []int{1}, "bearer of messages that the host sends", "messages go out whichever is chosen"),
	numbers("+VTD", "AT manual, 27.007 C", passing, kept("n", 0, 255), []int{0}, "length of the tones of +VTS", "tones have no sound"),
}}

const ch6 = "AT manual, 27.007 6"

// What a restart does to kept numbers: those of the non-volatile table stay (AT manual).
const (
	lasting = true
	passing = false
)

// numbers declares a command that keeps numbers. &F resets those that last, Z and &W leave them as
// they are.
func numbers(name, source string, lasts bool, params []Param, initial []int, doc, why string) Row {
	return Row{
		Name: name, Forms: Set | Read | Test, Params: params, Fidelity: Documented, Source: source, Mark: Kept, Why: why, Doc: doc,
		Assumed: []Assumption{{Forms: Test, What: "its text, where the AT manual shows none"}},
		Do:      func(c *Call) error { return c.keep(lasts, initial) },
	}
}

// keep sets or shows the numbers of the row.
func (c *Call) keep(lasts bool, initial []int) error {
	store := &c.passing
	if lasts {
		store = &c.Report.lasting
	}
	values, ok := (*store)[c.Row.Name]
	if !ok {
		values = initial
	}
	if c.Form == Read {
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = strconv.Itoa(v)
		}
		c.Answer(c.Row.Name, "%s", strings.Join(texts, ","))
		return nil
	}
	values = slices.Clone(values)
	for i := range values {
		values[i] = c.Args.NumberOr(i, values[i])
	}
	if *store == nil {
		*store = make(map[string][]int)
	}
	(*store)[c.Row.Name] = values
	return nil
}
