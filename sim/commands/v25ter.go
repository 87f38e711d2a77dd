package commands

import (
	"fmt"
	"strconv"

	"github.com/modemsim/modemsim/scenarios"
)

const hayes = "AT manual, V.25ter"

// v25terGroup is the V.25ter and Hayes commands of the AT manual.
var v25terGroup = Group{"V.25ter", []Row{
	{Name: "A", Forms: Execute, Abort: NoCarrier, Fidelity: Documented, Source: hayes, Do: answer,
		Assumed: []Assumption{{What: "a call that comes in is a voice call, so OK and not CONNECT; an active call is held"}},
		Doc:     "answer the call that comes in: OK; NO CARRIER when there is none"},
	{Name: "B", Forms: Execute, Params: one("standard", 0, 99), Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Kept, Why: "the module has one modulation",
		Doc: "modulation: accepted, without effect"},
	{Name: "D", Forms: Execute, Abort: NoCarrier, Fidelity: Documented, Source: hayes, Do: dial,
		Assumed: []Assumption{{Forms: Execute, What: "OK at once: the AT manual has it at once or at the answer, by an option of the build"}},
		Mark:    Partly, Why: "no data call gets through, and there is no PPP behind D*99# and D*98#",
		Doc: "dial: with ; a voice call, OK, then BUSY, NO ANSWER or NO CARRIER if it fails; without it a data call, which does not get through: NO CARRIER"},
	{Name: "E", Forms: Execute, Params: one("value", 0, 1), Fidelity: Documented, Source: hayes, Do: setEcho,
		Doc: "command echo"},
	{Name: "H", Forms: Execute, Params: one("value", 0, 0), Fidelity: Documented, Source: hayes, Do: hangUp,
		Doc: "hang up: ends all calls, and a transfer that waits in online command mode"},
	{Name: "I", Forms: Execute, Params: one("value", 0, 7), Fidelity: Documented, Source: hayes, Do: identify,
		Doc: "identification: 0 model, 3 software, 4 maker and model, 5 maker"},
	{Name: "L", Forms: Execute, Params: one("volume", 0, 9), Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Partly, Why: "the module has no loudspeaker here",
		Doc: "loudspeaker volume: accepted, without effect"},
	{Name: "M", Forms: Execute, Params: one("mode", 0, 9), Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Partly, Why: "the module has no loudspeaker here",
		Doc: "loudspeaker mode: accepted, without effect"},
	{Name: "N", Forms: Execute, Params: one("mode", 0, 9), Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Kept, Why: "the module has one modulation",
		Doc: "automode: accepted, without effect"},
	{Name: "O", Forms: Execute, Params: one("value", 0, 0), Fidelity: Documented, Source: hayes,
		Do:  func(c *Call) error { return c.Resume() },
		Doc: "back to data mode from online command mode"},
	{Name: "P", Forms: Execute, Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Partly, Why: "a GSM network has no pulses",
		Doc: "pulse dialling: accepted, without effect"},
	{Name: "Q", Forms: Execute, Params: one("value", 0, 1), Fidelity: Documented, Source: hayes, Do: setQuiet,
		Doc: "result codes: 0 sent, 1 suppressed"},
	{Name: "S", Forms: Set | Read, Params: one("value", 0, 999), Fidelity: Documented, Source: hayes, Do: register,
		Assumed: []Assumption{
			{Forms: Read, Values: []string{"6", "11"}, What: "the defaults of S6 and S11, 2 and 95"},
			{What: "a call that S0 answers has no result code"},
		},
		Mark: Partly, Why: "the registers of dialling have no effect",
		Doc: "S-registers 0 to 8, 10 and 11: 0 answers a call after that many rings, as A does, 1 counts rings and is read only, 2 is the escape character, 3, 4 and 5 take only their default; the others are kept, without effect"},
	{Name: "T", Forms: Execute, Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Partly, Why: "a GSM network is told the number, not tones",
		Doc: "tone dialling: accepted, without effect"},
	{Name: "V", Forms: Execute, Params: one("value", 0, 1), Fidelity: Documented, Source: hayes, Do: setVerbose,
		Doc: "response format: 0 numbers, 1 words"},
	{Name: "W", Forms: Execute, Params: one("value", 0, 0), Fidelity: Documented, Source: hayes, Do: accept,
		Mark: Partly, Why: "CONNECT comes without a text",
		Doc: "connect message: accepted, without effect"},
	{Name: "X", Forms: Execute, Params: one("value", 0, 4), Fidelity: Documented, Source: hayes, Do: setResult,
		Mark: Partly, Why: "CONNECT comes without a text and there is no dial tone to wait for",
		Doc: "result code selection: kept, without effect"},
	{Name: "Z", Forms: Execute, Params: one("profile", 0, 1), Fidelity: Documented, Source: hayes, Do: restore,
		Assumed: []Assumption{{What: "what follows in the line runs"}},
		Doc:     "hang up, as ATH does, and restore a stored profile"},
	{Name: "&C", Forms: Execute, Params: one("value", 0, 1), Fidelity: Documented, Source: hayes, Do: setCarrier,
		Doc: "carrier detect line: 0 always on, 1 follows the carrier"},
	{Name: "&D", Forms: Execute, Params: one("value", 0, 2), Fidelity: Documented, Source: hayes, Do: setDTR,
		Doc: "DTR drop in data mode: 0 ignored, 1 to online command mode, 2 hang up"},
	{Name: "&F", Forms: Execute, Params: one("value", 0, 0), Fidelity: Documented, Source: hayes, Do: factory,
		Assumed: []Assumption{{What: "what follows in the line runs"}},
		Doc:     "factory settings, those of +CMEE, +CREG, +CGREG, +CLIP and the mode of +COPS too"},
	{Name: "&K", Forms: Execute, Params: []Param{Number("mode", FlowNone, FlowNone).Or(FlowRTS, FlowXON)}, Fidelity: Documented, Source: hayes, Do: setFlow,
		Doc: "flow control: 0 none, 3 by RTS and CTS, where the wire has them, 4 by XON and XOFF, which are then no data"},
	{Name: "&S", Forms: Execute, Params: one("value", 0, 1), Fidelity: Assumed, Source: hayes, Do: setDSR,
		Doc: "data set ready line: 0 always on, 1 on in data mode"},
	{Name: "&V", Forms: Execute, Fidelity: Documented, Source: hayes, Do: viewProfiles,
		Assumed: []Assumption{{Forms: Execute, What: "the text"}},
		Doc:     "the active and the stored profiles"},
	{Name: "+FCLASS", Forms: Set | Read | Test, Params: kept("class", 0, 1), Fidelity: Documented, Source: hayes, Do: faxClass,
		Assumed: []Assumption{{Forms: Read, What: "the prefix: TIA-578 prints the number alone"}},
		Doc:     "service class: 0 data, 1 fax, which the commands of fax then belong to",
		Mark:    Partly, Why: "no data call and no fax call gets through"},
	{Name: "+ICF", Forms: Set | Read | Test, Params: []Param{Number("format", 3, 3).Optional(), Number("parity", 3, 3).Optional()}, Fidelity: Documented, Source: hayes, Do: characterFormat,
		Doc: "character format: 3,3 is 8N1, the only one"},
	{Name: "+IFC", Forms: Set | Read | Test, Params: []Param{Number("by_te", 0, 1).Optional(), Number("by_ta", 0, 1).Optional()}, Fidelity: Documented, Source: hayes, Do: flowControl,
		Mark: Partly, Why: "&K is what sets the flow control",
		Doc: "flow control by the DTE and by the module: kept, without effect; &K is what sets it"},
	{Name: "+IPR", Forms: Set | Read | Test, Params: []Param{rates.Or(0, 0).Optional()}, Fidelity: Documented, Source: hayes, Do: rate, TestDo: rateList,
		Doc: "line speed in baud, from the next restart on, or at once as the setting ipr says; 0, under the setting baud auto alone: that of the host's next line, which is AT"},
	{Name: "&W", Forms: Execute, Params: one("profile", 0, 1), Fidelity: Documented, Source: hayes, Do: store,
		Doc: "store the active profile"},
}}

// accept answers OK and does nothing else, for hosts that send the command.
func accept(*Call) error { return nil }

// The values of Profile.Flow, &K.
const (
	FlowNone = 0
	FlowRTS  = 3 // by RTS and CTS
	FlowXON  = 4 // by XON and XOFF
)

func setEcho(c *Call) error    { c.Active.Echo = c.Args.Number(0) == 1; return nil }
func setQuiet(c *Call) error   { c.Active.Quiet = c.Args.Number(0) == 1; return nil }
func setVerbose(c *Call) error { c.Active.Verbose = c.Args.Number(0) == 1; return nil }
func setResult(c *Call) error  { c.Active.Result = c.Args.Number(0); return nil }
func setCarrier(c *Call) error { c.Active.Carrier = c.Args.Number(0); return nil }
func setDTR(c *Call) error     { c.Active.DTR = c.Args.Number(0); return nil }

func setFlow(c *Call) error { c.Active.Flow = c.Args.Number(0); return nil }
func setDSR(c *Call) error  { c.Active.DSR = c.Args.Number(0); return nil }

// rates are the speeds of +IPR in baud. 0 is not among them (AT manual), unless the firmware
// detects the speed (Enhanced AT manual 6.2).
var rates = Number("rate", 1200, 1200).Or(2400, 2400).Or(4800, 4800).Or(9600, 9600).Or(19200, 19200).
	Or(38400, 38400).Or(57600, 57600).Or(115200, 115200)

func rate(c *Call) error {
	detects := c.Settings.Baud == scenarios.BaudAuto
	switch {
	case c.Form == Read && c.detectRate:
		c.Answer("+IPR", "0")
		return nil
	case c.Form == Read:
		c.Answer("+IPR", "%d", c.NextRate)
		return nil
	case !c.Args.Given(0):
		return nil
	case c.Args.Number(0) == 0 && !detects:
		return because(ErrSyntax, "this module does not detect the speed; set baud auto makes it one that does")
	case c.Args.Number(0) == 0:
		c.detectRate = true
		c.DetectRate()
		return nil
	}
	c.NextRate, c.detectRate = c.Args.Number(0), false
	if c.Settings.IPR != scenarios.IPRRestart {
		c.LineRate(c.NextRate, c.Settings.IPR == scenarios.IPRAfterOK)
	}
	return nil
}

func rateList(c *Call) error {
	list := rates
	if c.Settings.Baud == scenarios.BaudAuto {
		list = Number("rate", 0, 0)
		list.ranges = append(list.ranges, rates.ranges...)
	}
	c.Answer("+IPR", "%s", list.list())
	return nil
}

func faxClass(c *Call) error {
	if c.Form == Read {
		c.Answer(c.Row.Name, "%d", c.Active.FaxClass)
		return nil
	}
	c.Active.FaxClass = c.Args.NumberOr(0, c.Active.FaxClass)
	return nil
}

func characterFormat(c *Call) error {
	if c.Form == Read {
		c.Answer("+ICF", "3,3")
	}
	return nil
}

func flowControl(c *Call) error {
	if c.Form == Read {
		c.Answer("+IFC", "%d,%d", c.Active.IFC[0], c.Active.IFC[1])
		return nil
	}
	for i, now := range c.Active.IFC {
		c.Active.IFC[i] = c.Args.NumberOr(i, now)
	}
	return nil
}

// viewProfiles answers &V with the active profile and the stored ones. The manual does not show the
// text (assumed); S1 is not part of a profile.
func viewProfiles(c *Call) error {
	c.Info(
		"ACTIVE PROFILE:", c.Active.String(),
		"STORED PROFILE 0:", c.Stored[0].String(),
		"STORED PROFILE 1:", c.Stored[1].String(),
	)
	return nil
}

// String returns the profile as the commands that would set it.
func (p Profile) String() string {
	s := p.S
	return fmt.Sprintf("E%d Q%d V%d X%d &C%d &D%d &K%d &S%d +IFC=%d,%d +FCLASS=%d "+
		"S0=%03d S3=%03d S4=%03d S5=%03d S7=%03d S8=%03d S10=%03d",
		bit(p.Echo), bit(p.Quiet), bit(p.Verbose), p.Result, p.Carrier, p.DTR, p.Flow, p.DSR, p.IFC[0], p.IFC[1], p.FaxClass,
		s[0], s[3], s[4], s[5], s[7], s[8], s[10])
}

func hangUp(c *Call) error {
	c.HangUp()
	return nil
}

// identify answers ATI. The numbers 1, 2, 6 and 7 are accepted and answer OK alone (AT manual).
func identify(c *Call) error {
	switch s := c.Settings; c.Args.Number(0) {
	case 0:
		c.Info(s.Model)
	case 3:
		c.Info(s.Revision)
	case 4:
		c.Info(s.Manufacturer + " " + s.Model)
	case 5:
		c.Info(s.Manufacturer)
	}
	return nil
}

// restore answers Z, which leaves +CMEE, +CREG, +CGREG and +CLIP as they are.
func restore(c *Call) error {
	c.HangUp()
	c.Active.Restore(c.Stored[c.Args.Number(0)])
	return nil
}

// factory answers &F, which resets the whole non-volatile table of the AT manual: +CMEE, +CREG,
// +CGREG, +CLIP and the mode of +COPS too.
func factory(c *Call) error {
	*c.Active = Factory()
	c.Report = factoryReports
	c.operator.mode = copsAutomatic
	return nil
}

func store(c *Call) error {
	c.Stored[c.Args.Number(0)] = *c.Active
	return nil
}

// registers holds the S-registers and the values that each takes (AT manual). S1 takes none, and
// any other register is ERROR.
var registers = map[string]interval{
	"0": {0, 255}, "1": {0, -1}, "2": {0, 255}, "3": {'\r', '\r'}, "4": {'\n', '\n'}, "5": {'\b', '\b'},
	"6": {0, 999}, "7": {1, 255}, "8": {0, 255}, "10": {1, 254}, "11": {0, 999},
}

// parseRegister reads the number of the register and its value, which is 0 when it is left out
// (V.250 5.3.2).
func (c *Call) parseRegister(cmd Command) error {
	n, ok := parseNumber(cmd.Reg)
	c.Text = strconv.FormatInt(n, 10)
	allowed, known := registers[c.Text]
	if !ok || !known {
		return because(ErrSyntax, "the module has no register S%s", cmd.Reg)
	}
	if cmd.Form == Read {
		return nil
	}
	value := argument{given: true}
	if cmd.Text != "" {
		if value.number, ok = parseNumber(cmd.Text); !ok {
			return ErrSyntax
		}
	}
	if value.number < allowed.low || value.number > allowed.high {
		return because(ErrSyntax, "S%s does not take the value %d", cmd.Reg, value.number)
	}
	c.Args = Args{value}
	return nil
}

func register(c *Call) error {
	n, err := strconv.Atoi(c.Text)
	if err != nil {
		return ErrSyntax
	}
	if c.Form == Read {
		c.Info(threeDigits(c.Active.S[n]))
		return nil
	}
	c.Active.S[n] = c.Args.Number(0)
	return nil
}

// threeDigits returns a value as S<n>? answers it (V.250 5.3.2).
func threeDigits(n int) string { return fmt.Sprintf("%03d", n) }
