package port

import "bytes"

// Telnet commands (RFC 854).
const (
	telnetSE    = 240 // end of a subnegotiation
	telnetBreak = 243
	telnetSB    = 250 // start of a subnegotiation
	telnetWill  = 251
	telnetWont  = 252
	telnetDo    = 253
	telnetDont  = 254
	telnetIAC   = 255 // a command follows; doubled it is a data byte 255
)

// Telnet options.
const (
	optionBinary  = 0  // 8 bits, CR without padding (RFC 856)
	optionSGA     = 3  // no go-ahead (RFC 858)
	optionComPort = 44 // RFC 2217
)

// subLimit is the longest subnegotiation that is accepted, in bytes. The longest of RFC 2217 is a
// signature, which is a text.
const subLimit = 512

// telnet is one end of a telnet connection. It separates the far end's bytes from its commands and
// negotiates options.
//
// Without BINARY a NUL after the far end's CR is padding and dropped (RFC 854, the carriage
// return). Output is never padded: a modem ends its lines in CR LF, and a lone CR is the echo of a
// command line, which no client wants changed.
type telnet struct {
	user        telnetUser
	here, there options // options of this end and of the far end
	spoke       bool    // the far end has sent a telnet command
	state       telnetState
	verb        byte   // whose option byte comes next
	sub         []byte // the subnegotiation so far, its option first
	cr          bool   // the last byte was a CR, without BINARY
	events      []Event
	answer      []byte
}

// A telnetUser handles what a telnet connection receives.
type telnetUser interface {
	// agreed is called when a verb of the far end has brought an option into force (Will, Do), or
	// has refused or ended one that this end wished for (Wont, Dont).
	agreed(verb, option byte)
	// subnegotiated is called when the far end has sent a subnegotiation of an option.
	subnegotiated(option byte, value []byte)
	// bytesOnly is called when bytes come before any telnet command.
	bytesOnly()
}

type telnetState int

const (
	inData   telnetState = iota
	inIAC                // after an IAC
	inVerb               // after WILL, WONT, DO or DONT
	inSub                // in a subnegotiation
	inSubIAC             // after an IAC in a subnegotiation
)

// options are the options that one end may have in force. All others are refused.
type options map[byte]optionState

// The states of RFC 1143, without those for ending an option, which this end never asks for.
type optionState int

const (
	optionOff optionState = iota
	optionAsked
	optionOn
)

// ask asks for an option: Do asks the far end to use it, Will offers that this end does.
func (t *telnet) ask(verb, option byte) {
	t.wished(verb)[option] = optionAsked
	t.say(verb, option)
}

// wished returns the options that a verb asks for.
func (t *telnet) wished(verb byte) options {
	if verb == telnetDo {
		return t.there
	}
	return t.here
}

func (t *telnet) say(verb, option byte) { t.answer = append(t.answer, telnetIAC, verb, option) }

// negotiate handles a verb of the far end. It answers only what changes a state, and refuses
// unknown options, so that two such ends never answer each other for ever (RFC 1143).
func (t *telnet) negotiate(verb, option byte) {
	side, yes, no := t.here, byte(telnetWill), byte(telnetWont)
	if verb == telnetWill || verb == telnetWont {
		side, yes, no = t.there, telnetDo, telnetDont
	}
	next := optionOff
	if verb == telnetWill || verb == telnetDo {
		next = optionOn
	}
	state, known := side[option]
	switch {
	case next == optionOn && !known:
		t.say(no, option)
		return
	case next == state:
		return
	case state == optionOff:
		t.say(yes, option)
	case state == optionOn:
		t.say(no, option)
	}
	side[option] = next
	t.user.agreed(verb, option)
}

func (t *telnet) receive(p []byte) ([]Event, []byte) {
	for len(p) > 0 {
		if t.state != inData {
			t.step(p[0])
			p = p[1:]
			continue
		}
		data, rest, command := bytes.Cut(p, []byte{telnetIAC})
		t.data(data)
		if command {
			t.state = inIAC
		}
		p = rest
	}
	events := t.events
	t.events = nil
	return events, t.take()
}

// take returns what is to be sent and empties it.
func (t *telnet) take() []byte {
	p := t.answer
	t.answer = nil
	return p
}

// step handles a byte that is not data.
func (t *telnet) step(b byte) {
	switch t.state {
	case inIAC:
		t.command(b)
	case inVerb:
		t.state = inData
		t.negotiate(t.verb, b)
	case inSub:
		if b == telnetIAC {
			t.state = inSubIAC
		} else {
			t.collect(b)
		}
	case inSubIAC:
		switch b {
		case telnetIAC:
			t.state = inSub
			t.collect(b)
		case telnetSE:
			t.state = inData
			t.endSub()
		default: // its end is missing: drop it, and obey the command
			t.command(b)
		}
	}
}

// command handles the byte after an IAC.
func (t *telnet) command(b byte) {
	t.spoke = t.spoke || b != telnetIAC
	t.state = inData
	switch b {
	case telnetIAC:
		t.data([]byte{b})
	case telnetBreak:
		t.report(Event{Kind: Break})
	case telnetSB:
		t.state = inSub
		t.sub = t.sub[:0]
	case telnetWill, telnetWont, telnetDo, telnetDont:
		t.state = inVerb
		t.verb = b
	}
}

// collect appends a byte to the subnegotiation. It keeps one byte more than subLimit, by which one
// that is too long is recognized.
func (t *telnet) collect(b byte) {
	if len(t.sub) <= subLimit {
		t.sub = append(t.sub, b)
	}
}

func (t *telnet) endSub() {
	if n := len(t.sub); n > 0 && n <= subLimit {
		t.user.subnegotiated(t.sub[0], t.sub[1:])
	}
}

// data handles bytes that are not part of a command.
func (t *telnet) data(p []byte) {
	if t.there[optionBinary] == optionOn {
		t.cr = false
	} else {
		p = t.unpadded(p)
	}
	if len(p) == 0 {
		return
	}
	if !t.spoke {
		t.user.bytesOnly()
	}
	if n := len(t.events); n > 0 && t.events[n-1].Kind == Data {
		t.events[n-1].Data = append(t.events[n-1].Data, p...)
		return
	}
	t.report(Event{Kind: Data, Data: bytes.Clone(p)})
}

// unpadded returns p without each NUL that follows a CR.
func (t *telnet) unpadded(p []byte) []byte {
	kept := make([]byte, 0, len(p))
	for _, b := range p {
		if b != 0 || !t.cr {
			kept = append(kept, b)
		}
		t.cr = b == '\r'
	}
	return kept
}

func (t *telnet) report(events ...Event) { t.events = append(t.events, events...) }

func (t *telnet) encode(p []byte) []byte { return escaped(p) }

// escaped returns p with each IAC doubled.
func escaped(p []byte) []byte {
	if bytes.IndexByte(p, telnetIAC) < 0 {
		return p
	}
	return bytes.ReplaceAll(p, []byte{telnetIAC}, []byte{telnetIAC, telnetIAC})
}

// subnegotiate sends a subnegotiation.
func (t *telnet) subnegotiate(option byte, value ...byte) {
	t.answer = append(t.answer, telnetIAC, telnetSB, option)
	t.answer = append(t.answer, escaped(value)...)
	t.answer = append(t.answer, telnetIAC, telnetSE)
}
