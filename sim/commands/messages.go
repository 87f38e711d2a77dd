package commands

import (
	"fmt"

	"github.com/modemsim/modemsim/sim/messages"
)

const msgs = "AT manual, 27.005"

// messageGroup is 27.005.
var messageGroup = Group{"messages", []Row{
	{Name: "+CSMS", Forms: Set | Read | Test, Params: one("service", 0, 0), Messages: true, Fidelity: Documented, Source: msgs, Do: service,
		Doc: "message service: 0, and whether it has messages to and from the module, and from a cell"},
	{Name: "+CPMS", Forms: Set | Read | Test, Messages: true, Needs: NeedsSIM, Fidelity: Documented, Source: msgs, Do: memories,
		Params:   []Param{String("mem1"), String("mem2").Optional(), String("mem3").Optional()},
		TestText: `("SM"),("SM"),("SM")`,
		Assumed:  []Assumption{{What: "a set form answers for all three memories, whichever it names"}},
		Doc:      "memories for reading, writing and receiving: \"SM\" is the only one; how many places are taken, and how many there are"},
	{Name: "+CMGF", Forms: Set | Read | Test, Params: kept("mode", 0, 1), Messages: true, Fidelity: Documented, Source: msgs, Do: mode,
		Assumed: []Assumption{{What: "a set form is kept over a restart without &W"}},
		Doc:     "format of messages: 0 PDU mode, 1 text mode"},
	{Name: "+CSCA", Forms: Set | Read | Test, Messages: true, Needs: NeedsSIM, Fidelity: Documented, Source: msgs, Do: centre, TestDo: accept,
		Params:  []Param{String("sca"), Number("tosca", 128, 255).Optional()},
		Assumed: []Assumption{{What: "it is kept on the SIM"}, {What: "an empty address leaves no message centre: sending is +CMS ERROR 330"}},
		Doc:     "address of the message centre"},
	{Name: "+CSCB", Forms: Set | Read | Test, Messages: true, Fidelity: Documented, Source: msgs, Do: cells,
		Params:   []Param{Number("mode", 0, 1).Optional(), String("mids").Optional(), String("dcss").Optional()},
		TestText: "(0,1)",
		Assumed: []Assumption{
			{What: "a set form replaces both lists, and a list that is empty says nothing; without any, mode 0 accepts none"},
			{What: "a list that is none is +CMS ERROR 305"},
		},
		Doc: "messages of a cell that are accepted, 0, or not accepted, 1: lists of their kinds and of their coding schemes"},
	{Name: "+CSMP", Forms: Set | Read | Test, Messages: true, Fidelity: Documented, Source: msgs, Do: textParameters, TestDo: accept,
		Params: []Param{Number("fo", 0, 255).Optional(), Either("vp", 0, 255).Optional(), Number("pid", 0, 255).Optional(), Number("dcs", 0, 255).Optional()},
		Doc:    "text mode: first octet, validity period, protocol and data coding scheme of a message that is sent or written"},
	{Name: "+CSDH", Forms: Set | Read | Test, Params: kept("show", 0, 1), Messages: true, Fidelity: Documented, Source: msgs, Do: headers,
		Assumed: []Assumption{{What: "a set form is kept over a restart without &W"}},
		Doc:     "text mode: 1 shows all values of a header"},
	{Name: "+CSAS", Forms: Set | Execute | Test, Params: kept("profile", 0, 1), Messages: true, Fidelity: Documented, Source: msgs, Do: saveService,
		Doc: "stores +CSCA, +CSMP and +CSCB in a profile"},
	{Name: "+CRES", Forms: Set | Execute | Test, Params: kept("profile", 0, 1), Messages: true, Fidelity: Documented, Source: msgs, Do: restoreService,
		Assumed: []Assumption{{What: "a restart restores +CSMP and +CSCB of profile 0"}},
		Doc:     "restores what +CSAS stored"},
	{Name: "+CNMI", Forms: Set | Read | Test, Messages: true, Fidelity: Documented, Source: msgs, Do: indications,
		Params: []Param{
			Number("mode", 0, 2).Optional(), Number("mt", 0, 2).Optional(), Number("bm", 0, 0).Or(2, 2).Optional(),
			Number("ds", 0, 1).Optional(), Number("bfr", 0, 1).Optional(),
		},
		Assumed: []Assumption{
			{What: "all values are 0 after a restart"},
			{What: "mode 0 holds 256 URCs, the oldest dropped, until another mode is set"},
		},
		Doc: "how messages announce themselves: mt 1 +CMTI with the place, 2 +CMT with the message; bm 2 +CBM, ds 1 +CDS; mode 0 holds all back, 1 drops them in data mode"},
	{Name: "+CMGL", Forms: Set | Execute | Test, Params: []Param{Either("stat", 0, 4)}, Messages: true, Needs: NeedsSIM, Fidelity: Documented, Source: msgs,
		Do: listMessages, TestDo: listStates,
		Assumed: []Assumption{{What: "response lines are as long as the messages, though the AT manual has response lines of 200 bytes"}},
		Doc:     "lists messages of a state, a number in PDU mode and a string in text mode; those that were unread are read then"},
	{Name: "+CMGR", Forms: Set | Test, Params: one("index", 0, 255), Messages: true, Needs: NeedsSIM, Fidelity: Documented, Source: msgs,
		Do: readMessage, TestDo: accept,
		Assumed: []Assumption{{What: "places count from 1; an empty one is +CMS ERROR 321"}},
		Doc:     "reads the message at a place, which is read then"},
	{Name: "+CMGS", Forms: Set | Test, Params: []Param{Either("length/da", 0, 255), Number("toda", 128, 255).Optional()}, Messages: true,
		Needs: NeedsSIM | NeedsRegistered, Fidelity: Documented, Source: msgs, Do: sendMessage, TestDo: accept,
		Assumed: promptAssumed,
		Doc:     "sends a message: the length of its TPDU in PDU mode, the number in text mode, then the PDU or the text at a prompt, which Ctrl-Z ends and ESC cancels"},
	{Name: "+CMSS", Forms: Set | Test, Params: []Param{Number("index", 0, 255), String("da").Optional(), Number("toda", 128, 255).Optional()}, Messages: true,
		Needs: NeedsSIM | NeedsRegistered, Fidelity: Documented, Source: msgs, Do: sendStored, TestDo: accept,
		Assumed: []Assumption{{What: "a message that was received cannot be sent: +CMS ERROR 302"}},
		Doc:     "sends a message that +CMGW wrote, to its number or another one"},
	{Name: "+CMGW", Forms: Set | Execute | Test, Messages: true, Needs: NeedsSIM, Fidelity: Documented, Source: msgs, Do: writeMessage, TestDo: accept,
		Params:  []Param{Either("length/da", 0, 255).Optional(), Number("toda/stat", 0, 255).Optional(), Either("stat", 0, 3).Optional()},
		Assumed: promptAssumed,
		Doc:     "writes a message into the memory, with a prompt as +CMGS"},
	{Name: "+CMGD", Forms: Set | Test, Params: []Param{Number("index", 0, 255), Number("delflag", 0, 4).Optional()}, Messages: true, Needs: NeedsSIM,
		Fidelity: Documented, Source: msgs, Do: deleteMessage, TestDo: deletable,
		Assumed: []Assumption{{What: "a place that is empty is OK"}},
		Doc:     "deletes the message at a place, or with a flag all that are read, 1, and sent, 2, and written, 3, or just all, 4"},
}}

// promptAssumed is what no document says of the prompt.
var promptAssumed = []Assumption{
	{What: "ESC is answered OK"},
	{What: "S7 seconds without a character end the prompt with +CMS ERROR 500"},
	{What: "a number that is wrong is +CMS ERROR 305, a PDU 304, and so is a text or a PDU that is too long"},
	{What: "blanks and line ends around a PDU do not count"},
}

// Messages is the state of commands for messages.
type Messages struct {
	Store     messages.Store
	Reference byte // of the last message sent (23.040 9.2.3.6)
	serviceSettings
	saved  [2]serviceSettings // by +CSAS
	notify notification
}

// serviceSettings are what +CSAS stores.
type serviceSettings struct {
	centre *messages.Address // nil: that of the setting smsc
	text   messages.Parameters
	cells  cellTypes
}

func newMessages() Messages {
	factory := serviceSettings{text: messages.DefaultParameters}
	return Messages{serviceSettings: factory, saved: [2]serviceSettings{factory, factory}}
}

// reboot changes the state as a restart of the module does. The memory is that of the SIM, and so
// is the address of the message centre.
func (m *Messages) reboot() {
	m.text, m.cells = m.saved[0].text, m.saved[0].cells
	m.notify = notification{}
}

func service(c *Call) error {
	if c.Form == Read {
		c.Answer("+CSMS", "0,1,1,1")
		return nil
	}
	c.Answer("+CSMS", "1,1,1")
	return nil
}

// textMode reports whether messages are in text mode.
func (s *State) textMode() bool { return s.Report.CMGF == 1 }

func mode(c *Call) error {
	if c.Form == Read {
		c.Answer("+CMGF", "%d", c.Report.CMGF)
		return nil
	}
	c.Report.CMGF = c.Args.NumberOr(0, c.Report.CMGF)
	return nil
}

func headers(c *Call) error {
	if c.Form == Read {
		c.Answer("+CSDH", "%d", c.Report.CSDH)
		return nil
	}
	c.Report.CSDH = c.Args.NumberOr(0, c.Report.CSDH)
	return nil
}

// memories answers for the memory that the module has (27.005 3.2.2).
func memories(c *Call) error {
	if err := c.check(NeedsSIM); err != nil {
		return err
	}
	used, size := c.Messages.Store.Used(), c.Settings.SMSStore
	if c.Form == Read {
		one := fmt.Sprintf(`"SM",%d,%d`, used, size)
		c.Answer("+CPMS", "%s,%s,%s", one, one, one)
		return nil
	}
	for i := range c.Args {
		if c.Args.Given(i) && c.Args.Text(i) != "SM" {
			return because(ErrSyntax, "there is no memory %q (the module has SM)", c.Args.Text(i))
		}
	}
	one := fmt.Sprintf("%d,%d", used, size)
	c.Answer("+CPMS", "%s,%s,%s", one, one, one)
	return nil
}

// centre sets or shows the address of the message centre (27.005 3.3.1).
func centre(c *Call) error {
	if err := c.check(NeedsSIM); err != nil {
		return err
	}
	if c.Form == Read {
		number, toa := c.number(c.serviceCentre())
		c.Answer("+CSCA", "%s,%d", number, toa)
		return nil
	}
	if c.Args.Text(0) == "" {
		c.Messages.centre = &messages.Address{TOA: messages.Unknown}
		return nil
	}
	a, err := c.readNumber(c.Args.Text(0), c.Args.Number(1))
	if err != nil {
		return err
	}
	c.Messages.centre = &a
	return nil
}

// serviceCentre is the address of the message centre.
func (s *State) serviceCentre() messages.Address {
	if s.Messages.centre != nil {
		return *s.Messages.centre
	}
	a, err := messages.ParseNumber(s.Settings.SMSC, 0)
	if err != nil { // the setting is empty
		return messages.Address{TOA: messages.Unknown}
	}
	return a
}

// readNumber reads a number that the host gives, in its character set.
func (s *State) readNumber(text string, toa int) (messages.Address, error) {
	if s.Report.CSCS == messages.UCS2 {
		plain, err := s.Report.CSCS.Read(text)
		if err != nil {
			return messages.Address{}, because(CMSTextMode, "%v", err)
		}
		text = plain
	}
	a, err := messages.ParseNumber(text, toa)
	if err != nil {
		return messages.Address{}, because(CMSTextMode, "%v", err)
	}
	return a, nil
}

// number shows an address to the host: in quotes and in its character set, and its type.
func (s *State) number(a messages.Address) (quoted string, toa int) {
	text := messages.ShowAddress(a)
	if s.Report.CSCS == messages.UCS2 {
		text = s.Report.CSCS.Show(text)
	}
	return Quote(text), int(a.TOA)
}
