package commands

import (
	"errors"
	"strings"

	"github.com/modemsim/modemsim/sim/messages"
)

// MaxText is the longest text that a prompt takes, in bytes: a PDU in hexadecimal digits has some
// 350.
const MaxText = 4096

// sendMessage takes a message at the prompt and sends it (27.005 3.5.1 and 4.3).
func sendMessage(c *Call) error {
	if !c.textMode() && c.Args.Given(1) {
		return because(ErrSyntax, "in PDU mode the length of the TPDU is the only parameter")
	}
	p, ok, err := c.compose()
	if err != nil || !ok {
		return err
	}
	return c.send("+CMGS", p)
}

// compose takes a message at the prompt: a PDU in PDU mode, a text in text mode. It is not ok when
// the host gave it up.
func (c *Call) compose() (p messages.PDU, ok bool, err error) {
	read := c.typedPDU
	if c.textMode() {
		if read, err = c.textReader(); err != nil {
			return messages.PDU{}, false, err
		}
	} else if !c.Args.Given(0) || c.Args.Quoted(0) {
		return messages.PDU{}, false, because(ErrSyntax, "in PDU mode the first parameter is the length of the TPDU; AT+CMGF=1 sets text mode")
	}
	typed, err := c.Prompt()
	switch {
	case errors.Is(err, ErrAborted):
		return messages.PDU{}, false, nil
	case errors.Is(err, ErrTimeout):
		return messages.PDU{}, false, because(CMSUnknown, "%v; Ctrl-Z ends the text", err)
	case err != nil:
		return messages.PDU{}, false, err
	}
	p, err = read(typed)
	return p, err == nil, err
}

// typedPDU reads the PDU that the host typed, whose length it has given before.
func (c *Call) typedPDU(typed string) (messages.PDU, error) {
	p, err := messages.ParsePDU(strings.Trim(typed, " \r\n"))
	if err != nil {
		return p, because(CMSPDUMode, "%v", err)
	}
	if want := c.Args.Number(0); p.Len() != want {
		return p, because(CMSPDUMode, "the TPDU has %d octets and not %d; the address of the message centre does not count", p.Len(), want)
	}
	if _, err := p.To(); err != nil {
		return p, because(CMSPDUMode, "%v", err)
	}
	return p, nil
}

// textReader returns what makes a message of the text that the host types, to the number that it
// has given.
func (c *Call) textReader() (func(string) (messages.PDU, error), error) {
	var to messages.Address
	if c.Form == Set && c.Args.Given(0) {
		if !c.Args.Quoted(0) {
			return nil, because(ErrSyntax, "in text mode the first parameter is a number in quotes; AT+CMGF=0 sets PDU mode")
		}
		var err error
		if to, err = c.readNumber(c.Args.Text(0), c.Args.Number(1)); err != nil {
			return nil, err
		}
	}
	return func(typed string) (messages.PDU, error) {
		p, err := c.Messages.text.Submit(to, typed, c.Report.CSCS)
		if err != nil {
			return p, because(CMSTextMode, "%v", err)
		}
		return p, nil
	}, nil
}

// send sends a message with the next reference, and answers with that.
func (c *Call) send(prefix string, p messages.PDU) error {
	t, err := p.To()
	if err != nil {
		return because(CMSPDUMode, "%v", err)
	}
	if t.DA.Addr == "" {
		return because(CMSPDUMode, "the message has no number that it goes to")
	}
	if p.Centre.Addr == "" {
		p.Centre = c.serviceCentre()
	}
	if p.Centre.Addr == "" {
		return because(CMSNoCentre, "the address of the message centre is not known; AT+CSCA sets it")
	}
	c.Messages.Reference++
	p = p.WithReference(c.Messages.Reference)
	t.MR = c.Messages.Reference
	if err := c.takes(seconds(2, 5)); err != nil {
		return err
	}
	if err := c.Send(p, t); err != nil {
		return err
	}
	c.Answer(prefix, "%d", t.MR)
	return nil
}

// sendStored sends a message of the memory (27.005 3.5.2 and 4.7).
func sendStored(c *Call) error {
	m, err := c.stored()
	if err != nil {
		return err
	}
	if m.Status.Received() {
		return because(CMSNotAllowed, "the message at %d was received", m.Index)
	}
	p := m.PDU
	if c.Args.Given(1) {
		to, err := c.readNumber(c.Args.Text(1), c.Args.Number(2))
		if err != nil {
			return err
		}
		if p, err = p.WithDestination(to); err != nil {
			return because(CMSTextMode, "%v", err)
		}
	}
	if err := c.send("+CMSS", p); err != nil {
		return err
	}
	m.Status = messages.Sent
	return nil
}

// writeMessage takes a message at the prompt and stores it (27.005 3.5.3 and 4.4).
func writeMessage(c *Call) error {
	status, err := c.writtenStatus()
	if err != nil {
		return err
	}
	p, ok, err := c.compose()
	if err != nil || !ok {
		return err
	}
	index, ok := c.Messages.Store.Add(status, p, c.Settings.SMSStore)
	if !ok {
		return because(CMSFull, "the memory of the SIM is full; AT+CMGD deletes messages")
	}
	c.Answer("+CMGW", "%d", index)
	return nil
}

// writtenStatus is the state that +CMGW gives a message: a number behind the length in PDU mode, a
// string behind the type of the number in text mode.
func (c *Call) writtenStatus() (messages.Status, error) {
	at := 1
	if c.textMode() {
		at = 2
	}
	switch {
	case c.Form == Execute || !c.Args.Given(at):
		return messages.Unsent, nil
	case !c.textMode():
		if n := c.Args.Number(at); n == int(messages.Unsent) || n == int(messages.Sent) {
			return messages.Status(n), nil
		}
	case c.Args.Quoted(at):
		if s, ok := messages.ParseStatus(c.Args.Text(at)); ok && (s == messages.Unsent || s == messages.Sent) {
			return s, nil
		}
	}
	return 0, because(CMSNotAllowed, "a message that the host writes is not sent or sent: 2 or 3, in text mode \"STO UNSENT\" or \"STO SENT\"")
}
