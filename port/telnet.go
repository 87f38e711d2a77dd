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
	telnetIAC   = 255 // a command follows; twice it is this byte itself
)

// Telnet options.
const (
	optionBinary  = 0  // 8 bits, and CR is nothing special (RFC 856)
	optionSGA     = 3  // no go-ahead (RFC 858)
	optionComPort = 44 // RFC 2217
)

// subLimit is the longest subnegotiation, in bytes, that is listened to; the longest of RFC 2217 is a signature, which is a text.
const subLimit = 512

// telnet is one end of a telnet connection. It tells the far end's bytes from its commands and agrees with it on options.
//
// Without BINARY a NUL behind the far end's CR is padding, which is dropped (RFC 854, the carriage return). What this end sends is never padded: a modem
// ends its lines in CR LF, and a lone CR is the echo of a command line, which no client wants changed.
type telnet struct {
	user        telnetUser
	here, there options // what this end does and the far end has a say in, and the reverse
	spoke       bool    // the far end has sent a telnet command
	state       telnetState
	verb        byte   // of which the option is to come
	sub         []byte // the subnegotiation so far, its option first
	cr          bool   // the last byte was a CR, without BINARY
	events      []Event
	answer      []byte
}

// A telnetUser is what stands above telnet.
type telnetUser interface {
	// agreed: by a verb of the far end an option has come into force (Will, Do), or this end's wish for it is denied or over (Wont, Dont).
	agreed(verb, option byte)
	// subnegotiated: the far end has sent a subnegotiation of this option.
	subnegotiated(option byte, value []byte)
	// plain: bytes are coming before any telnet command.
	plain()
}

type telnetState int

const (
	inData   telnetState = iota
	inIAC                // behind an IAC
	inVerb               // behind WILL, WONT, DO or DONT
	inSub                // in a subnegotiation
	inSubIAC             // behind an IAC in a subnegotiation
)

// options are those that one end may have in force. What is not among them is refused.
type options map[byte]optionState

// The states of RFC 1143 without those of an end that asks for an option to end, which this one never does.
type optionState int

const (
	optionOff optionState = iota
	optionAsked
	optionOn
)

// ask asks for an option: with Do that the far end have it, with Will that this end may.
func (t *telnet) ask(verb, option byte) {
	t.wished(verb)[option] = optionAsked
	t.say(verb, option)
}

// wished are the options that one asks for with a verb.
func (t *telnet) wished(verb byte) options {
	if verb == telnetDo {
		return t.there
	}
	return t.here
}

func (t *telnet) say(verb, option byte) { t.answer = append(t.answer, telnetIAC, verb, option) }

// negotiate takes a verb of the far end. It answers what changes a state, and refuses what it does not know; so two ends that do the same never go on and
// on (RFC 1143).
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

// take takes what is to be sent.
func (t *telnet) take() []byte {
	p := t.answer
	t.answer = nil
	return p
}

// step takes a byte that is no data.
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
		default: // its end is missing: it counts for nothing, the command does
			t.command(b)
		}
	}
}

// command takes the byte behind an IAC.
func (t *telnet) command(b byte) {
	t.spoke = t.spoke || b != telnetIAC
	t.state = inData
	switch b {
	case telnetIAC:
		t.data([]byte{b})
	case telnetBreak:
		t.tell(Event{Kind: Break})
	case telnetSB:
		t.state = inSub
		t.sub = t.sub[:0]
	case telnetWill, telnetWont, telnetDo, telnetDont:
		t.state = inVerb
		t.verb = b
	}
}

// collect collects a subnegotiation, and one byte more than is listened to of one that is too long.
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

// data takes bytes that are no command.
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
		t.user.plain()
	}
	if n := len(t.events); n > 0 && t.events[n-1].Kind == Data {
		t.events[n-1].Data = append(t.events[n-1].Data, p...)
		return
	}
	t.tell(Event{Kind: Data, Data: bytes.Clone(p)})
}

// unpadded is p without each NUL that stands behind a CR.
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

func (t *telnet) tell(events ...Event) { t.events = append(t.events, events...) }

func (t *telnet) encode(p []byte) []byte { return escaped(p) }

// escaped is p with each IAC twice.
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
