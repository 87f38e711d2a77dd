package port

import (
	"encoding/binary"
	"math"
)

// rfc2217Server is the access server's end of RFC 2217: the client is the host program, and the
// serial line that it configures leads to the modem.
//
// It buffers no bytes in either direction, so PURGE-DATA finds nothing to drop and is only
// confirmed: what the host wrote is with the modem, what the modem wrote is with the network.
type rfc2217Server struct {
	comPort
	lines         circuits // as reported so far; baud 0 before the first report
	size          byte     // data bits
	parity        byte     // 1 none, 2 odd, 3 even, 4 mark, 5 space
	stop          byte     // 1 one, 2 two, 3 one and a half
	format        string   // as reported so far
	controls      [controlCount]byte
	modem         byte // the modem state, without changes
	modemMask     byte
	linestateMask byte
}

// signature is the name that the server gives itself.
const signature = "modemsim"

// initialBaud is the speed of a line on which none was set, in bit/s: the module's own.
const initialBaud = 115200

func newRFC2217Server() protocol {
	s := &rfc2217Server{
		size: 8, parity: 1, stop: 1,
		controls:  [controlCount]byte{controlNoFlow, controlBreakOff, controlDTROn, controlRTSOn, controlNoInflow},
		modemMask: 0xff,
	}
	s.comPort = newComPort(s, comPortRole{
		wish: telnetDo, yes: telnetWill, no: telnetWont,
		refusal: "it does not speak RFC 2217: bytes pass, but not its speed and modem lines (use --listen tcp: for such programs)",
	})
	s.user = &s.comPort
	return s
}

// begin sends the modem state at once: pyserial would otherwise have none before the first change.
// What is on counts as changed, since the client did not know it; ser2net passes on only changes.
func (s *rfc2217Server) begin() { s.notify(changes(0, s.modem)) }

// serverCommands are the commands that a client may send, and how many bytes of value each must
// have.
var serverCommands = map[byte]struct {
	length int
	do     func(s *rfc2217Server, value []byte)
}{
	comSignature:         {0, (*rfc2217Server).answerSignature},
	comSetBaudrate:       {4, (*rfc2217Server).setBaudrate},
	comSetDatasize:       {1, func(s *rfc2217Server, v []byte) { s.set(comSetDatasize, &s.size, v[0], 5, 8) }},
	comSetParity:         {1, func(s *rfc2217Server, v []byte) { s.set(comSetParity, &s.parity, v[0], 1, 5) }},
	comSetStopsize:       {1, func(s *rfc2217Server, v []byte) { s.set(comSetStopsize, &s.stop, v[0], 1, 3) }},
	comSetControl:        {1, (*rfc2217Server).setControl},
	comNotifyLinestate:   {0, func(s *rfc2217Server, _ []byte) { s.confirm(comNotifyLinestate, s.linestateMask&linestateIdle) }},
	comNotifyModemstate:  {0, func(s *rfc2217Server, _ []byte) { s.notify(0) }},
	comSuspend:           {0, func(s *rfc2217Server, _ []byte) { s.suspended = true }},
	comResume:            {0, func(s *rfc2217Server, _ []byte) { s.suspended = false }},
	comSetLinestateMask:  {1, (*rfc2217Server).setLinestateMask},
	comSetModemstateMask: {1, (*rfc2217Server).setModemstateMask},
	comPurgeData:         {1, func(s *rfc2217Server, v []byte) { s.confirm(comPurgeData, v[0]) }},
}

func (s *rfc2217Server) command(code byte, value []byte) {
	if c, ok := serverCommands[code]; ok && len(value) >= c.length {
		c.do(s, value)
	}
}

// confirm answers a command.
func (s *rfc2217Server) confirm(code byte, value ...byte) { s.send(code+serverCode, value...) }

// answerSignature answers a client that asks for the server's signature. A command with text is the
// client's own signature and gets no answer.
func (s *rfc2217Server) answerSignature(text []byte) {
	if len(text) == 0 {
		s.confirm(comSignature, []byte(signature)...)
	}
}

// setBaudrate sets the speed. Speed 0 asks for the current one, and an invalid one changes nothing.
// A speed that the client has set or asked for is reported.
func (s *rfc2217Server) setBaudrate(value []byte) {
	baud := int64(binary.BigEndian.Uint32(value))
	if baud == 0 || baud > math.MaxInt32 {
		baud = int64(s.lines.baud)
	}
	if baud == 0 {
		baud = initialBaud
	}
	s.report(s.lines.setSpeed(int(baud))...)
	s.confirm(comSetBaudrate, binary.BigEndian.AppendUint32(nil, uint32(baud))...)
}

// set sets a part of the character format. Value 0 asks for the current one, and one outside low to
// high changes nothing.
func (s *rfc2217Server) set(code byte, part *byte, value, low, high byte) {
	if low <= value && value <= high {
		*part = value
	}
	stop := [...]string{1: "1", 2: "2", 3: "1.5"}[s.stop]
	if format := string([]byte{'0' + s.size, " NOEMS"[s.parity]}) + stop; format != s.format {
		s.format = format
		s.report(Event{Kind: Format, Format: format})
	}
	s.confirm(code, *part)
}

// The controls that SET-CONTROL sets.
const (
	controlFlow = iota // outbound, or both
	controlBreak
	controlDTR
	controlRTS
	controlInflow
	controlCount
)

// controlValues are the values of SET-CONTROL (RFC 2217 3): the control that each sets, or asks
// for.
var controlValues = [...]struct {
	of  int
	ask bool
}{
	// Asked for, none, XON/XOFF, hardware.
	0: {controlFlow, true}, 1: {of: controlFlow}, 2: {of: controlFlow}, 3: {of: controlFlow},
	4: {controlBreak, true}, controlBreakOn: {of: controlBreak}, controlBreakOff: {of: controlBreak},
	7: {controlDTR, true}, controlDTROn: {of: controlDTR}, controlDTROff: {of: controlDTR},
	10: {controlRTS, true}, controlRTSOn: {of: controlRTS}, controlRTSOff: {of: controlRTS},
	13: {controlInflow, true}, 14: {of: controlInflow}, 15: {of: controlInflow}, 16: {of: controlInflow},
	17: {of: controlFlow}, 18: {of: controlInflow}, 19: {of: controlFlow}, // by DCD, by DTR, by DSR
}

// inflow maps a flow control of both directions to the inbound one. Those by DCD and DSR have no
// inbound value of their own.
var inflow = map[byte]byte{1: controlNoInflow, 2: 15, 3: 16, 17: 17, 19: 19}

// setControl sets a control or answers with its value. Flow control is stored and confirmed, but
// the modem follows its own setting (+IFC, &K).
func (s *rfc2217Server) setControl(value []byte) {
	code := value[0]
	if int(code) >= len(controlValues) {
		return
	}
	v := controlValues[code]
	if now := &s.controls[v.of]; !v.ask && code != *now {
		*now = code
		s.controlled(code)
	}
	s.confirm(comSetControl, s.controls[v.of])
}

// controlled reports a control that has changed.
func (s *rfc2217Server) controlled(code byte) {
	switch code {
	case controlBreakOn:
		s.report(Event{Kind: Break})
	case controlDTROn, controlDTROff:
		s.report(s.lines.setDTR(code == controlDTROn)...)
	case controlRTSOn, controlRTSOff:
		s.report(Event{Kind: RTS, On: code == controlRTSOn})
	}
	if in, ok := inflow[code]; ok {
		s.controls[controlInflow] = in
	}
}

// linestateIdle is the line state (RFC 2217 4): the transmitter is empty. It never changes here, so
// there is no notification of it.
const linestateIdle = 0x60

func (s *rfc2217Server) setLinestateMask(value []byte) {
	s.linestateMask = value[0]
	s.confirm(comSetLinestateMask, value[0])
}

// setModemstateMask also sends the state, which the mask may have kept from the client so far. A
// client that wants no notifications would take it for low lines and gets none.
func (s *rfc2217Server) setModemstateMask(value []byte) {
	s.modemMask = value[0]
	s.confirm(comSetModemstateMask, value[0])
	if s.modemMask != 0 {
		s.notify(0)
	}
}

// notify sends the modem state with the given bits of change.
func (s *rfc2217Server) notify(changes byte) {
	s.confirm(comNotifyModemstate, (s.modem|changes)&s.modemMask)
}

func (s *rfc2217Server) signal(sig Signals) []byte {
	was := s.modem
	s.modem = modemState(sig)
	changes := changes(was, s.modem)
	if s.up && (was^s.modem|changes)&s.modemMask != 0 {
		s.notify(changes)
	}
	return s.take()
}
