package sim

import (
	"fmt"
	"math"
	"net/textproto"
	"slices"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// transferVerb is the FTP command of a stream; "": it is no FTP transfer.
func (d *dataStream) transferVerb() string {
	switch {
	case d.Stream != d.c.state.FTP.Transfer:
		return ""
	case d.traits.FromHost:
		return "STOR"
	}
	return "RETR"
}

// short is the fault that ends the server's part in the data of this stream, if
// there is one.
func (d *dataStream) short() (f *activeFault, o faults.Outcome) {
	verb := d.transferVerb()
	if verb == "" || d.shortened {
		return nil, o
	}
	for _, list := range [...][]*activeFault{d.c.faults.wire, d.c.script.wire} {
		for _, f := range list {
			if o := f.Fault.(faults.Wire).Command(verb); o.Short {
				return f, o
			}
		}
	}
	return nil, o
}

// limit implements [hostSide].
func (d *dataStream) limit() int64 {
	if f, o := d.short(); f != nil && o.At > d.count() {
		return o.At - d.count()
	}
	return math.MaxInt64
}

// advanced implements [hostSide]: it ends the server's part once its last byte has passed.
func (d *dataStream) advanced() {
	f, o := d.short()
	if f == nil || d.count() < o.At || d.over || d.ending {
		return
	}
	d.shortened = true
	d.c.script.wire = slices.DeleteFunc(d.c.script.wire, func(other *activeFault) bool { return other == f })
	d.c.begun(f)
	reply := replyOf(o)
	for _, line := range reply.Lines {
		d.c.transcript.FTP(false, line)
	}
	success := o.Code/100 == 2
	if success && d.traits.FromHost {
		d.kept = new(content)
		d.kept.size, d.kept.sum = d.fromHost.record.Content()
		d.fromHost.pass = func([]byte) {}
		d.says = reply.Last()
		return
	}
	d.settle(func() { d.abort(commands.Cut) })
	var err error
	if !success {
		err = fmt.Errorf("the server: %w", &textproto.Error{Code: o.Code, Msg: o.Text})
	}
	if d.traits.FromHost {
		d.brokeOff(commands.Ended, reply.Last(), err)
	} else {
		d.finished(commands.Ended, reply.Last(), err)
	}
}
