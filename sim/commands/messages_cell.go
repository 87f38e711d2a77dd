package commands

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/sim/messages"
)

// cellTypes are the messages of a cell that +CSCB accepts.
type cellTypes struct {
	mode           int
	kinds, codings string
}

// cells sets or shows which messages of a cell the module takes (27.005 3.3.4).
func cells(c *Call) error {
	t := &c.Messages.cells
	if c.Form == Read {
		c.Answer("+CSCB", "%d,%s,%s", t.mode, Quote(t.kinds), Quote(t.codings))
		return nil
	}
	changed := cellTypes{mode: c.Args.NumberOr(0, t.mode), kinds: c.Args.Text(1), codings: c.Args.Text(2)}
	for list, highest := range map[string]int{changed.kinds: 0xffff, changed.codings: 0xff} {
		if _, err := inList(list, 0, highest); err != nil {
			return because(CMSTextMode, "%v", err)
		}
	}
	*t = changed
	return nil
}

// inList reports whether a list such as 0,1,5,320-478 has a number. The error says that it is no
// list of numbers up to the highest.
func inList(list string, n, highest int) (has bool, err error) {
	if list == "" {
		return false, nil
	}
	for entry := range strings.SplitSeq(list, ",") {
		first, last, ranged := strings.Cut(entry, "-")
		if !ranged {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 32)
		if err != nil {
			return false, fmt.Errorf("%q is not a list of numbers and ranges, such as 0,1,5,320-478", list)
		}
		to, err := strconv.ParseUint(last, 10, 32)
		if err != nil || to < from || to > uint64(highest) {
			return false, fmt.Errorf("%q is not a list of numbers and ranges, such as 0,1,5,320-478, up to %d", list, highest)
		}
		has = has || uint64(n) >= from && uint64(n) <= to
	}
	return has, nil
}

// accept reports whether a page is one of those that are listed, or under mode 1 none of them. An
// empty list says nothing; without any list mode 0 accepts none, and mode 1 all.
func (t cellTypes) accept(p messages.Page) bool {
	kind, _ := inList(t.kinds, p.Kind, 0xffff)
	coding, _ := inList(t.codings, p.Coding, 0xff)
	if t.mode == 1 {
		return !kind && !coding
	}
	return t.kinds+t.codings != "" && (kind || t.kinds == "") && (coding || t.codings == "")
}

// Broadcast takes a page of a message of the cell. It returns the URC that is to be sent, "": none.
// The reason says why the module does not take it. InData says that the host is in data mode.
func (s *State) Broadcast(p messages.Page, inData bool) (urc, reason string) {
	switch n := &s.Messages.notify; {
	case n.bm == 0:
		return "", "the value bm of +CNMI is 0"
	case !s.Messages.cells.accept(p):
		return "", fmt.Sprintf("+CSCB does not accept the kind %d in the coding %d", p.Kind, p.Coding)
	case !s.textMode():
		octets := p.Octets()
		return n.announce(fmt.Sprintf("+CBM: %d\r\n%s", len(octets), strings.ToUpper(hex.EncodeToString(octets))), inData), ""
	default:
		header := fmt.Sprintf("+CBM: %d,%d,%d,%d,%d", p.Serial, p.Kind, p.Coding, p.Number, p.Count)
		return n.announce(header+"\r\n"+s.Report.CSCS.ShowPage(p), inData), ""
	}
}
