package commands

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/messages"
)

// stored returns the message at the place that the first argument names.
func (c *Call) stored() (*messages.Stored, error) {
	n := c.Args.Number(0)
	if n < 1 || n > c.Settings.SMSStore && c.Messages.Store.At(n) == nil {
		return nil, because(CMSIndex, "there is no place %d, they are 1 to %d", n, c.Settings.SMSStore)
	}
	m := c.Messages.Store.At(n)
	if m == nil {
		return nil, because(CMSIndex, "the place %d is empty", n)
	}
	return m, nil
}

// readMessage shows one message (27.005 3.4.3 and 4.2).
func readMessage(c *Call) error {
	m, err := c.stored()
	if err != nil {
		return err
	}
	header, body := c.shown(m, readLayout)
	c.Info(append([]string{c.line("+CMGR", header)}, body...)...)
	c.markRead(m)
	return nil
}

// markRead makes a message that was unread a read one.
func (c *Call) markRead(m *messages.Stored) {
	if m.Status == messages.Unread {
		m.Status = messages.Read
		c.Emit(Event{Kind: scenarios.EventSMSRead, N: int64(m.Index)})
	}
}

// listMessages shows the messages of a state, in one frame (27.005 3.4.2 and 4.1).
func listMessages(c *Call) error {
	status, err := c.listedStatus()
	if err != nil {
		return err
	}
	var lines []string
	list := c.Messages.Store.List(status)
	for _, m := range list {
		header, body := c.shown(m, listLayout)
		lines = append(lines, c.line("+CMGL", fmt.Sprintf("%d,%s", m.Index, header)))
		lines = append(lines, body...)
	}
	if len(lines) > 0 {
		c.Info(lines...)
	}
	for _, m := range list {
		c.markRead(m)
	}
	return nil
}

// listedStatus is the state that +CMGL names; without one, unread.
func (c *Call) listedStatus() (messages.Status, error) {
	switch {
	case c.Form == Execute:
		return messages.Unread, nil
	case !c.textMode() && !c.Args.Quoted(0):
		return messages.Status(c.Args.Number(0)), nil
	case c.textMode() && c.Args.Quoted(0):
		if s, ok := messages.ParseStatus(c.Args.Text(0)); ok {
			return s, nil
		}
		return 0, because(CMSTextMode, "there is no state %q", c.Args.Text(0))
	}
	return 0, because(ErrSyntax, "the state is a number in PDU mode and a string in text mode")
}

// listStates answers the test form of +CMGL, which follows the mode.
func listStates(c *Call) error {
	if !c.textMode() {
		c.Answer("+CMGL", "(0-4)")
		return nil
	}
	c.Answer("+CMGL", `("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")`)
	return nil
}

// A layout says what text mode shows of a message's header. A list has fewer fields than a message
// that is read (27.005 4.1 and 4.2).
type layout bool

const (
	readLayout layout = false
	listLayout layout = true
)

// shown returns a message of the memory as +CMGR and +CMGL show it: what stands behind the prefix,
// and the lines below.
func (s *State) shown(m *messages.Stored, l layout) (header string, body []string) {
	if !s.textMode() {
		return fmt.Sprintf("%d,,%d", m.Status, m.Len()), []string{m.PDU.String()}
	}
	h := fields{Quote(m.Status.String())}
	if t, err := m.From(); m.Status.Received() && err == nil {
		if messages.IsReport(t) {
			return h.add(s.reportFields(t)...).String(), nil
		}
		return h.add(s.receivedFields(m.PDU, t, l)...).String(), []string{s.Report.CSCS.ShowText(m.PDU, t)}
	}
	t, err := m.To()
	if err != nil { // not reached: what is stored was read before
		return h.String(), nil
	}
	return h.add(s.writtenFields(m.PDU, t, l)...).String(), []string{s.Report.CSCS.ShowText(m.PDU, t)}
}

// fields are those of an answer.
type fields []string

func (f fields) add(more ...string) fields { return append(f, more...) }

// String returns the fields with commas between them.
func (f fields) String() string { return strings.Join(f, ",") }

// receivedFields are those of a message from the network behind its state: number, name in the
// phone book, time, and with +CSDH=1 the rest.
func (s *State) receivedFields(p messages.PDU, t *messages.TPDU, l layout) fields {
	number, toa := s.number(t.OA)
	f := fields{number, "", Quote(messages.ShowStamp(t.SCTS))}
	if s.Report.CSDH == 0 {
		return f
	}
	if l == listLayout {
		return f.add(strconv.Itoa(toa), strconv.Itoa(textLen(t)))
	}
	centre, centreType := s.number(p.Centre)
	return f.add(strconv.Itoa(toa), strconv.Itoa(int(t.FirstOctet)), strconv.Itoa(int(t.PID)), strconv.Itoa(int(t.DCS)),
		centre, strconv.Itoa(centreType), strconv.Itoa(textLen(t)))
}

// writtenFields are those of a message that the host wrote.
func (s *State) writtenFields(p messages.PDU, t *messages.TPDU, l layout) fields {
	number, toa := s.number(t.DA)
	f := fields{number, ""}
	if l == listLayout {
		f = f.add("")
	}
	if s.Report.CSDH == 0 {
		return f
	}
	if l == listLayout {
		return f.add(strconv.Itoa(toa), strconv.Itoa(textLen(t)))
	}
	of := p.Centre
	if of.Addr == "" {
		of = s.serviceCentre()
	}
	centre, centreType := s.number(of)
	return f.add(strconv.Itoa(toa), strconv.Itoa(int(t.FirstOctet)), strconv.Itoa(int(t.PID)), strconv.Itoa(int(t.DCS)),
		p.ShowValidity(), centre, strconv.Itoa(centreType), strconv.Itoa(textLen(t)))
}

// reportFields are those of a status report (27.005 3.1 and 4.2).
func (s *State) reportFields(t *messages.TPDU) fields {
	number, toa := s.number(t.RA)
	return fields{
		strconv.Itoa(int(t.FirstOctet)), strconv.Itoa(int(t.MR)), number, strconv.Itoa(toa),
		Quote(messages.ShowStamp(t.SCTS)), Quote(messages.ShowStamp(t.DT)), strconv.Itoa(int(t.ST)),
	}
}

// textLen is the length of a message's text: characters of the GSM alphabet, or octets.
func textLen(t *messages.TPDU) int { return len(t.UD) }

// Delete flags of +CMGD (27.005 3.5.4).
var deleted = map[int][]messages.Status{
	1: {messages.Read},
	2: {messages.Read, messages.Sent},
	3: {messages.Read, messages.Sent, messages.Unsent},
	4: {messages.All},
}

// deleteMessage deletes one message, or all of some states.
func deleteMessage(c *Call) error {
	store := &c.Messages.Store
	if flag := c.Args.NumberOr(1, 0); flag > 0 {
		for _, status := range deleted[flag] {
			for _, m := range store.List(status) {
				c.deleteAt(m.Index)
			}
		}
		return nil
	}
	n := c.Args.Number(0)
	if n < 1 || n > c.Settings.SMSStore && store.At(n) == nil {
		return because(CMSIndex, "there is no place %d, they are 1 to %d", n, c.Settings.SMSStore)
	}
	if store.At(n) != nil {
		c.deleteAt(n)
	}
	return nil
}

func (c *Call) deleteAt(index int) {
	c.Messages.Store.Delete(index)
	c.Emit(Event{Kind: scenarios.EventSMSDeleted, N: int64(index)})
}

// deletable answers the test form of +CMGD: the places that are taken, and the flags.
func deletable(c *Call) error {
	if err := c.check(NeedsSIM); err != nil {
		return err
	}
	var taken []string
	for _, m := range c.Messages.Store.List(messages.All) {
		taken = append(taken, strconv.Itoa(m.Index))
	}
	c.Answer("+CMGD", "(%s),(0-4)", strings.Join(taken, ","))
	return nil
}
