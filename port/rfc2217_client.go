package port

import (
	"encoding/binary"
	"fmt"
)

// rfc2217Client is the client's end of RFC 2217: the serial line of an access server leads to the
// host. Its cable is a null-modem one: the modem's DCD goes out as the far port's DTR and its CTS
// as the far port's RTS; the host's DTR comes in as the far port's DSR and its RTS as the far
// port's CTS.
type rfc2217Client struct {
	comPort
	baud     int
	asked    int     // number of speeds set and not confirmed yet
	lines    Signals // circuits that the modem drives
	set      farPort // what the far port was told last
	known    bool    // the far port has sent its modem state
	was      byte    // that state
	reported byte    // the state that events have reported; an Open reports both lines as asserted
}

// A farPort is what a client has set at the far port. The zero value is a port that was told
// nothing.
type farPort struct {
	configured bool
	baud       int
	dcd, cts   bool
}

// hostLines maps lines of the far port to the lines of the host that drive them.
var hostLines = []struct {
	bit  byte
	kind Kind
}{{stateDSR, DTR}, {stateCTS, RTS}}

func newRFC2217Client(baud int) protocol {
	c := &rfc2217Client{baud: baud, reported: stateDSR | stateCTS}
	c.comPort = newComPort(c, comPortRole{
		wish: telnetWill, yes: telnetDo, no: telnetDont,
		refusal: "it does not speak RFC 2217: bytes pass, but not speed and modem lines (use --connect tcp: for such servers)",
	})
	c.user = &c.comPort
	return c
}

// begin configures the far port: its speed, 8N1, no flow control, both lines, and notification of
// every change of its modem state. An option that comes into force again finds the port configured:
// only what has changed meanwhile is sent, so that a far end whose option flips gets no more than
// it sends.
func (c *rfc2217Client) begin() {
	first := !c.set.configured
	if first || c.set.baud != c.baud {
		c.sendSpeed()
	}
	if first {
		c.send(comSetDatasize, 8)
		c.send(comSetParity, 1)
		c.send(comSetStopsize, 1)
		c.send(comSetControl, controlNoFlow)
	}
	c.drive(first)
	if first {
		c.send(comSetModemstateMask, 0xff)
	}
	c.set.configured = true
}

// setSpeed sets the far port's speed in bit/s. Before the option is in force, it sets the speed
// that begin will use.
func (c *rfc2217Client) setSpeed(baud int) []byte {
	c.baud = baud
	if c.up {
		c.sendSpeed()
	}
	return c.take()
}

func (c *rfc2217Client) sendSpeed() {
	c.asked++
	c.set.baud = c.baud
	c.send(comSetBaudrate, binary.BigEndian.AppendUint32(nil, uint32(c.baud))...)
}

func (c *rfc2217Client) command(code byte, value []byte) {
	switch {
	case code == serverCode+comNotifyModemstate && len(value) > 0:
		c.modemstate(value[0])
	case code == serverCode+comSetBaudrate && len(value) >= 4:
		c.confirmed(binary.BigEndian.Uint32(value))
	case code == serverCode+comSuspend:
		c.suspended = true
	case code == serverCode+comResume:
		c.suspended = false
	}
}

// confirmed handles the answer to a speed that was set. Only the answer to the last one counts, and
// one that nothing was asked for is ignored.
func (c *rfc2217Client) confirmed(baud uint32) {
	if c.asked == 0 {
		return
	}
	c.asked--
	if c.asked == 0 && int64(baud) != int64(c.baud) {
		c.report(Event{Kind: Notice, Text: fmt.Sprintf("its port runs at %d bit/s, not at the %d that were set", baud, c.baud)})
	}
}

// modemstate reports changes of the host's lines. A line that is low from the start is not
// reported: a cable with three wires has none.
func (c *rfc2217Client) modemstate(state byte) {
	for _, l := range hostLines {
		moved := c.known && (state^c.was)&l.bit != 0
		if moved && (state^c.reported)&l.bit != 0 {
			c.reported ^= l.bit
			c.report(Event{Kind: l.kind, On: state&l.bit != 0})
		}
	}
	c.known, c.was = true, state
}

func (c *rfc2217Client) signal(s Signals) []byte {
	c.lines = s
	if c.up {
		c.drive(false)
	}
	return c.take()
}

// drive sets the far port's DTR and RTS: those that have changed, or both.
func (c *rfc2217Client) drive(both bool) {
	if both || c.set.dcd != c.lines.DCD {
		c.control(c.lines.DCD, controlDTROn, controlDTROff)
	}
	if both || c.set.cts != c.lines.CTS {
		c.control(c.lines.CTS, controlRTSOn, controlRTSOff)
	}
	c.set.dcd, c.set.cts = c.lines.DCD, c.lines.CTS
}

func (c *rfc2217Client) control(on bool, yes, no byte) {
	if on {
		c.send(comSetControl, yes)
	} else {
		c.send(comSetControl, no)
	}
}
