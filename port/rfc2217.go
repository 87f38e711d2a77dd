package port

// The commands of the COM-PORT-OPTION (RFC 2217 2 to 5), as a client sends them. An access server
// adds serverCode to them.
const (
	comSignature = iota
	comSetBaudrate
	comSetDatasize
	comSetParity
	comSetStopsize
	comSetControl
	comNotifyLinestate
	comNotifyModemstate
	comSuspend
	comResume
	comSetLinestateMask
	comSetModemstateMask
	comPurgeData
)

const serverCode = 100

// Values of SET-CONTROL that both ends use (RFC 2217 3).
const (
	controlNoFlow   = 1
	controlBreakOn  = 5
	controlBreakOff = 6
	controlDTROn    = 8
	controlDTROff   = 9
	controlRTSOn    = 11
	controlRTSOff   = 12
	controlNoInflow = 14
)

// The modem state (RFC 2217 4). The four lower bits say which of the four upper ones have changed;
// for RI, only that it has ended.
const (
	stateCTS = 0x10
	stateDSR = 0x20
	stateRI  = 0x40
	stateDCD = 0x80

	stateRIEnd = stateRI >> 4
)

// comPort is one end of a telnet connection that wants the COM-PORT-OPTION.
type comPort struct {
	telnet
	end       comPortEnd
	role      comPortRole
	noticed   bool
	up        bool // the option is in force
	suspended bool // the far end wants neither bytes nor commands (RFC 2217 5)
}

// A comPortEnd is the part in which a client and an access server differ.
type comPortEnd interface {
	// begin is called when the option has come into force.
	begin()
	// command handles a command of the far end.
	command(code byte, value []byte)
}

// A comPortRole is how an end negotiates the option: what it asks for, what the far end replies,
// and the notice if the far end refuses.
type comPortRole struct {
	wish, yes, no byte
	refusal       string
}

func newComPort(end comPortEnd, role comPortRole) comPort {
	known := func() options {
		return options{optionBinary: optionOff, optionSGA: optionOff, optionComPort: optionOff}
	}
	return comPort{telnet: telnet{here: known(), there: known()}, end: end, role: role}
}

// start asks for what the role wishes and for nothing else: ser2net as a client takes a server's
// WILL COM-PORT-OPTION for the end of the negotiation, and then configures nothing.
func (c *comPort) start() []byte {
	c.ask(c.role.wish, optionComPort)
	for _, option := range []byte{optionBinary, optionSGA} {
		c.ask(telnetDo, option)
		c.ask(telnetWill, option)
	}
	return c.take()
}

func (c *comPort) agreed(verb, option byte) {
	if option != optionComPort {
		return
	}
	switch verb {
	case c.role.yes:
		c.up = true
		c.end.begin()
	case c.role.no:
		c.up, c.suspended = false, false
		c.bytesOnly()
	}
}

// bytesOnly sends a notice, once, that the far end sends only bytes.
func (c *comPort) bytesOnly() {
	if !c.noticed {
		c.noticed = true
		c.report(Event{Kind: Notice, Text: c.role.refusal})
	}
}

// subnegotiated handles a command. A command that comes before the far end's consent counts as
// consent: pyserial, if it receives DO COM-PORT-OPTION before it has sent WILL, takes it for the
// answer to its WILL and never sends that.
func (c *comPort) subnegotiated(option byte, value []byte) {
	if option != optionComPort || len(value) == 0 {
		return
	}
	if c.wished(c.role.wish)[option] == optionAsked {
		c.negotiate(c.role.yes, option)
	}
	if c.up {
		c.end.command(value[0], value[1:])
	}
}

// send sends a command.
func (c *comPort) send(code byte, value ...byte) {
	c.subnegotiate(optionComPort, append([]byte{code}, value...)...)
}

func (c *comPort) held() bool { return c.suspended }

// modemState returns the modem state of s, with no bits of change set.
func modemState(s Signals) byte {
	var state byte
	for _, line := range []struct {
		on  bool
		bit byte
	}{{s.CTS, stateCTS}, {s.DSR, stateDSR}, {s.RI, stateRI}, {s.DCD, stateDCD}} {
		if line.on {
			state |= line.bit
		}
	}
	return state
}

// changes returns the bits of the modem state that say how it has changed.
func changes(was, state byte) byte {
	bits := (was ^ state) >> 4
	if state&stateRI != 0 {
		bits &^= stateRIEnd
	}
	return bits
}
