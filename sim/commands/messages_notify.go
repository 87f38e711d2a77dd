package commands

import (
	"fmt"

	"github.com/modemsim/modemsim/sim/messages"
)

// notification says how messages announce themselves (27.005 3.4.1, +CNMI).
type notification struct {
	mode   int // 0 held back, 1 dropped in data mode, 2 held back in data mode
	mt     int // messages: 0 stored, 1 stored and +CMTI, 2 +CMT
	bm     int // messages of a cell: 0 not told, 2 +CBM
	ds     int // status reports: 0 not told, 1 +CDS
	buffer int // when the mode leaves 0, what was held back is 0 sent, 1 dropped
	held   []string
}

// maxIndications is how many URCs mode 0 holds back; then the oldest is dropped.
const maxIndications = 256

// indications sets or shows how messages announce themselves.
func indications(c *Call) error {
	n := &c.Messages.notify
	if c.Form == Read {
		c.Answer("+CNMI", "%d,%d,%d,%d,%d", n.mode, n.mt, n.bm, n.ds, n.buffer)
		return nil
	}
	n.mode, n.mt, n.bm = c.Args.NumberOr(0, n.mode), c.Args.NumberOr(1, n.mt), c.Args.NumberOr(2, n.bm)
	n.ds, n.buffer = c.Args.NumberOr(3, n.ds), c.Args.NumberOr(4, n.buffer)
	if n.mode == 0 {
		return nil
	}
	held := n.held
	n.held = nil
	if n.buffer == 0 {
		for _, text := range held {
			c.URC(text)
		}
	}
	return nil
}

// announce returns a URC that may be sent now, or "": it is held back or dropped. InData says that
// the host is in data mode.
func (n *notification) announce(text string, inData bool) string {
	switch {
	case n.mode == 0:
		n.held = append(n.held, text)
		if len(n.held) > maxIndications {
			n.held = n.held[1:]
		}
		return ""
	case n.mode == 1 && inData:
		return ""
	}
	return text
}

// An Arrival is what became of a message that came from the network.
type Arrival struct {
	Taken bool   // false: there is no room, the message centre keeps it
	Index int    // where it is stored; 0: nowhere
	URC   string // to be sent; "": none
}

// classOfSIM is the class of messages that go to the memory whatever +CNMI says (23.038 4).
const classOfSIM = 2

// Arrive takes a message or a status report from the network, read from p. InData says that the
// host is in data mode.
func (s *State) Arrive(p messages.PDU, t *messages.TPDU, inData bool) Arrival {
	n := &s.Messages.notify
	switch {
	case messages.IsReport(t) && n.ds == 0:
		return Arrival{Taken: true}
	case messages.IsReport(t):
		return Arrival{Taken: true, URC: n.announce(s.shownAtOnce("+CDS", p, s.reportFields(t), nil), inData)}
	case n.mt == 2 && messages.Class(t) != classOfSIM:
		body := []string{s.Report.CSCS.ShowText(p, t)}
		return Arrival{Taken: true, URC: n.announce(s.shownAtOnce("+CMT", p, s.receivedFields(p, t, readLayout), body), inData)}
	}
	index, ok := s.Messages.Store.Add(messages.Unread, p, s.Settings.SMSStore)
	if !ok || n.mt == 0 {
		return Arrival{Taken: ok, Index: index}
	}
	return Arrival{Taken: true, Index: index, URC: n.announce(fmt.Sprintf(`+CMTI: "SM",%d`, index), inData)}
}

// shownAtOnce returns the URC that brings a message itself: its PDU, or its header and its text.
func (s *State) shownAtOnce(name string, p messages.PDU, header fields, body []string) string {
	text := name + ": "
	switch {
	case s.textMode():
		text += header.String()
	case name == "+CMT":
		text += fmt.Sprintf(",%d", p.Len())
		body = []string{p.String()}
	default:
		text += fmt.Sprint(p.Len())
		body = []string{p.String()}
	}
	for _, line := range body {
		text += "\r\n" + line
	}
	return text
}
