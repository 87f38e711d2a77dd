package commands

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/sim/calls"
)

const enh4 = "Enhanced AT manual 4"

// cellGroup is the cells that the module hears, chapter 4 of the Enhanced AT manual.
var cellGroup = Group{"cells", []Row{
	{Name: "+CSCI", Forms: Execute | Read | Test, Needs: NeedsRegistered, Fidelity: Documented, Source: enh4, Do: servingCell, TestDo: accept,
		Assumed: []Assumption{assumedCellNumbers, {What: "+CME ERROR: 30 without a registration"}},
		Doc:     "serving cell: channel, base station identity code, location area, routing area, level, cell identity, country and network"},
	{Name: "+CNCI", Forms: Set | Test, Needs: NeedsRegistered, Params: []Param{Word("index", "A").Or(1, maxCells)}, Fidelity: Documented, Source: enh4, Do: neighbourCells,
		Assumed: []Assumption{assumedCellNumbers, assumedTestText, {What: "the number of all cells, then the line of the one that was asked for"}},
		Doc:     "neighbouring cells, all or one: how many there are, and for each its channel, base station identity code, location area, level, cell identity, country and network"},
	{Name: "+CDMI", Forms: Execute | Read | Test, Fidelity: Documented, Source: enh4, Do: dedicatedMode, TestDo: accept,
		Assumed: []Assumption{assumedCellNumbers, {What: "the transmit level is 5, the quality 0, without frequency hopping and ciphering"}},
		Doc:     "the channel of an active call: receive level, transmit level, quality, frequency hopping, ciphering; ERROR without a call"},
}}

// assumedCellNumbers is how the numbers are written, of which the manual shows none.
var assumedCellNumbers = Assumption{What: "LAC, RAC and cell identity in hex digits, the others decimal"}

const maxCells = 6

// servingCell shows the cell that the module is in.
func servingCell(c *Call) error {
	if err := c.check(NeedsRegistered); err != nil { // the read form is the same
		return err
	}
	s := c.Settings
	mcc, mnc := c.network()
	c.Answer("+CSCI", "%d,%d,%s,%s,%d,%s,%s,%s", s.BCCH, s.BSIC, s.LAC, s.RAC, rxLevel(s.Signal), s.CI, mcc, mnc)
	return nil
}

// network is the country and network code of the operator.
func (s *State) network() (mcc, mnc string) {
	code := s.Settings.OperatorCode
	return code[:3], code[3:]
}

// rxLevel is the level of 45.008 8.1.4, from -110 dBm on, of a signal of +CSQ, whose steps of 2 dB
// begin at -113 dBm (27.007 8.5).
func rxLevel(signal int) int {
	if signal > 31 { // not known
		return 0
	}
	return max(0, 2*signal-3)
}

// neighbourCells lists the cells beside the serving one.
func neighbourCells(c *Call) error {
	cells := strings.Fields(c.Settings.Cells)
	first, last := 1, len(cells)
	if n := c.Args.Number(0); n > 0 {
		if n > len(cells) {
			return because(Failed, "there are %d neighbouring cells", len(cells))
		}
		first, last = n, n
	}
	mcc, mnc := c.network()
	lines := []string{c.line("+CNCI", strconv.Itoa(len(cells)))}
	for n := first; n <= last; n++ {
		lines = append(lines, c.line("+CNCI", fmt.Sprintf("%d,%s,%s,%s", n, cells[n-1], mcc, mnc)))
	}
	c.Info(lines...)
	return nil
}

// dedicatedMode shows the channel of a call.
func dedicatedMode(c *Call) error {
	if _, ok := c.Calls.In(calls.Active); !ok {
		return because(Failed, "no call is active")
	}
	c.Answer("+CDMI", "%d,5,0,0,0", rxLevel(c.Settings.Signal))
	return nil
}
