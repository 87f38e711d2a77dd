package sim

import (
	"math"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
)

// A dataStream is a stream that data mode carries: a flow between the port and the
// far end, with its escape sequence.
type dataStream struct {
	*flow
	escape escape
	expire *timer // decides about escape characters held back

	shortened bool     // the server has had its part, though the data may go on
	says      string   // the server's last word instead of its own; "": its own
	kept      *content // what the server keeps of an upload; nil: all of it

	level   float64   // bytes from the host that the receive buffer holds
	levelAt time.Time // when it did
}

var _ hostSide = (*dataStream)(nil)

func (c *channel) newDataStream(s commands.Stream) *dataStream {
	d := &dataStream{escape: escape{char: c.params.Char(2), guard: c.state.Settings.EscapeGuard, last: time.Now()}}
	d.flow = c.newFlow(s, d, c.toHost)
	return d
}

// whenRoom implements [hostSide]: when the port's queue has room.
func (d *dataStream) whenRoom(more func()) {
	if d.c.writer == nil { // &D0 or &D1: when nobody listens, the stream goes on
		more()
		return
	}
	d.c.writer.queue.whenRoom(more)
}

// room is how many bytes a receive buffer of size bytes takes. It empties as
// fast as data goes over the air: at once where nothing slows it.
func (d *dataStream) room(size int) int {
	perByte := float64(d.perByte.Load())
	if size == 0 || perByte == 0 {
		return math.MaxInt
	}
	d.drain()
	return max(0, size-int(d.level))
}

// drain empties the receive buffer of what went over the air since the last
// look; there is a pace.
func (d *dataStream) drain() {
	now := time.Now()
	d.level = max(0, d.level-float64(now.Sub(d.levelAt))/float64(d.perByte.Load()))
	d.levelAt = now
}
