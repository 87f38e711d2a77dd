package port

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// told writes events as words, with successive Data events as one.
func told(events []Event) []string {
	var list []string
	var data []byte
	flush := func() {
		if data != nil {
			list = append(list, fmt.Sprintf("data %q", data))
			data = nil
		}
	}
	for _, e := range events {
		if e.Kind == Data {
			data = append(data, e.Data...)
			continue
		}
		flush()
		switch e.Kind {
		case DTR:
			list = append(list, fmt.Sprintf("dtr %v", e.On))
		case RTS:
			list = append(list, fmt.Sprintf("rts %v", e.On))
		case Speed:
			list = append(list, fmt.Sprintf("speed %d", e.Baud))
		case Format:
			list = append(list, "format "+e.Format)
		case Break:
			list = append(list, "break")
		case Notice:
			list = append(list, "notice")
		default:
			list = append(list, fmt.Sprintf("kind %d", e.Kind))
		}
	}
	flush()
	return list
}

// commands writes telnet bytes as words, for comparison and messages: commands by name, data
// quoted.
func commands(p []byte) string {
	verbs := map[byte]string{telnetWill: "will", telnetWont: "wont", telnetDo: "do", telnetDont: "dont"}
	var words []string
	for len(p) > 0 {
		n := bytes.IndexByte(p, telnetIAC)
		switch {
		case n < 0:
			return strings.Join(append(words, fmt.Sprintf("%q", p)), " ")
		case n > 0:
			words = append(words, fmt.Sprintf("%q", p[:n]))
			p = p[n:]
		case len(p) > 2 && verbs[p[1]] != "":
			words = append(words, fmt.Sprintf("%s %d", verbs[p[1]], p[2]))
			p = p[3:]
		case len(p) > 1 && p[1] == telnetSB:
			end := bytes.Index(p, []byte{telnetIAC, telnetSE})
			for end > 0 && doubled(p, end) {
				next := bytes.Index(p[end+2:], []byte{telnetIAC, telnetSE})
				end += 2 + next
			}
			if end < 0 {
				return strings.Join(append(words, fmt.Sprintf("unended % d", p)), " ")
			}
			words = append(words, fmt.Sprint(bytes.ReplaceAll(p[2:end], []byte{telnetIAC, telnetIAC}, []byte{telnetIAC})))
			p = p[end+2:]
		default:
			words = append(words, fmt.Sprintf("iac %v", p[1:min(2, len(p))]))
			p = p[min(2, len(p)):]
		}
	}
	return strings.Join(words, " ")
}

// doubled reports whether the IAC at n is the second of a pair.
func doubled(p []byte, n int) bool {
	pairs := 0
	for n > 0 && p[n-1] == telnetIAC {
		n--
		pairs++
	}
	return pairs%2 == 1
}

// hears passes bytes of the far end to p, all at once.
func hears(p protocol, in string) (events []string, answer string) {
	e, a := p.receive([]byte(in))
	return told(e), commands(a)
}

// splits passes bytes to new protocols, cut in two at every place and byte by byte, and wants each
// time what it gets for all at once.
func splits(t *testing.T, made func() protocol, in string) (events []string, answer string) {
	t.Helper()
	events, answer = hears(made(), in)
	check := func(how string, pieces ...string) {
		t.Helper()
		p := made()
		var e []Event
		var a []byte
		for _, piece := range pieces {
			events, answer := p.receive([]byte(piece))
			e, a = append(e, events...), append(a, answer...)
		}
		if got := told(e); !slices.Equal(got, events) {
			t.Errorf("%s: told %q, at once %q", how, got, events)
		}
		if got := commands(a); got != answer {
			t.Errorf("%s: answered %s, at once %s", how, got, answer)
		}
	}
	for n := range len(in) {
		check(fmt.Sprintf("cut at %d", n), in[:n], in[n:])
	}
	check("byte by byte", strings.Split(in, "")...)
	return events, answer
}

// Pieces of telnet to build input from.
const (
	iac         = "\xff"
	will44      = iac + "\xfb\x2c"
	wont44      = iac + "\xfc\x2c"
	do44        = iac + "\xfd\x2c"
	dont44      = iac + "\xfe\x2c"
	willBinary  = iac + "\xfb\x00"
	nop         = iac + "\xf1"
	breakByte   = iac + "\xf3"
	areYouThere = iac + "\xf6"
)

// sub returns a subnegotiation of the COM-PORT-OPTION.
func sub(value ...byte) string {
	return iac + "\xfa\x2c" + strings.ReplaceAll(string(value), iac, iac+iac) + iac + "\xf0"
}

// server returns a server that has begun to negotiate.
func server() protocol {
	p := newRFC2217Server()
	p.start()
	return p
}

func TestTelnetReceive(t *testing.T) {
	long := strings.Repeat("x", 3*subLimit)
	for name, test := range map[string]struct {
		in     string
		events []string
		answer string
	}{
		"bytes":                    {nop + "AT\r\n", []string{`data "AT\r\n"`}, ""},
		"a byte 255":               {nop + "a" + iac + iac + "b", []string{`data "a\xffb"`}, ""},
		"a pair across commands":   {nop + "a" + iac + iac + nop + iac + iac, []string{`data "a\xff\xff"`}, ""},
		"commands without meaning": {nop + areYouThere + iac + "\xf9" + iac + "\xf2" + iac + "\x05x", []string{`data "x"`}, ""},
		"a break":                  {"a" + nop + breakByte + "b", []string{"notice", `data "a"`, "break", `data "b"`}, ""},
		"CR NUL":                   {nop + "AT\r\x00\x00AT\r\nx\x00", []string{`data "AT\r\x00AT\r\nx\x00"`}, ""},
		"CR NUL in binary mode":    {willBinary + "AT\r\x00", []string{`data "AT\r\x00"`}, ""},
		"binary mode after a CR":   {nop + "\r" + willBinary + "\x00" + iac + "\xfc\x00\x00", []string{`data "\r\x00\x00"`}, "dont 0"},
		"unknown options":          {iac + "\xfb\x01" + iac + "\xfd\x18" + iac + "\xfc\x01" + iac + "\xfe\x18", nil, "dont 1 wont 24"},
		"an offer taken":           {willBinary + willBinary + iac + "\xfd\x00" + iac + "\xfd\x00", nil, ""},
		"an offer refused":         {iac + "\xfc\x00" + iac + "\xfc\x00" + iac + "\xfe\x00", nil, ""},
		"on, off and on":           {willBinary + iac + "\xfc\x00" + willBinary, nil, "dont 0 do 0"},
		"an option asked for":      {do44 + do44 + dont44 + do44, nil, "will 44 wont 44 will 44"},
		"no subnegotiation":        {nop + iac + "\xfa" + iac + "\xf0x", []string{`data "x"`}, ""},
		"of an unknown option":     {nop + iac + "\xfa\x18\x01" + iac + "\xf0x", []string{`data "x"`}, ""},
		"instead of WILL":          {nop + sub(comSetControl, 8) + will44 + "x", []string{`data "x"`}, "[44 107 0] [44 105 8]"},
		"too long":                 {will44 + iac + "\xfa\x2c" + long + iac + "\xf0" + sub(comSetDatasize, 7) + "x", []string{"format 7N1", `data "x"`}, "[44 107 0] [44 102 7]"},
		"without an end":           {will44 + iac + "\xfa\x2c\x02\x07" + nop + "x" + sub(comSetDatasize, 7), []string{`data "x"`, "format 7N1"}, "[44 107 0] [44 102 7]"},
		"a new one in the middle":  {will44 + iac + "\xfa\x2c\x02" + sub(comSetDatasize, 7), []string{"format 7N1"}, "[44 107 0] [44 102 7]"},
		"an end without a start":   {nop + iac + "\xf0x", []string{`data "x"`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			events, answer := splits(t, server, test.in)
			if !slices.Equal(events, test.events) || answer != test.answer {
				t.Errorf("told %q and answered %q, want %q and %q", events, answer, test.events, test.answer)
			}
		})
	}
}

func TestTelnetEncode(t *testing.T) {
	p := server()
	for in, want := range map[string]string{
		"":             "",
		"\r\nOK\r\n":   "\r\nOK\r\n",
		iac:            iac + iac,
		"a\xffb\xff":   "a\xff\xffb\xff\xff",
		"AT\rAT\r\x00": "AT\rAT\r\x00",
	} {
		if got := p.encode([]byte(in)); string(got) != want {
			t.Errorf("%q goes out as %q, want %q", in, got, want)
		}
	}
}

// Negotiations end between two ends that ask for the same, and between two that ask for different
// things.
func TestTelnetNegotiationEnds(t *testing.T) {
	for name, pair := range map[string][2]protocol{
		"client and server":  {newRFC2217Server(), newRFC2217Client(115200)},
		"server and server":  {newRFC2217Server(), newRFC2217Server()},
		"client and client":  {newRFC2217Client(115200), newRFC2217Client(115200)},
		"server and an echo": {newRFC2217Server(), echo{}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := pair[0].start(), pair[1].start()
			for rounds := 0; len(a)+len(b) > 0; rounds++ {
				if rounds > 5 {
					t.Fatalf("they still say %s and %s", commands(a), commands(b))
				}
				_, b2 := pair[1].receive(a)
				_, a2 := pair[0].receive(b)
				a, b = a2, b2
			}
		})
	}
}

// A far end that changes its mind over and over gets one verb for each of its own that changes a
// state, and none for one that does not (RFC 1143). What an end says of its port at the first
// agreement it does not say again, except the server, whose client may have forgotten the state.
func TestTelnetOptionFlips(t *testing.T) {
	const times = 1000
	for end, made := range map[string]func() protocol{"server": server, "client": client} {
		for _, option := range []byte{optionBinary, optionSGA, optionComPort, 1} {
			for _, verbs := range [][]byte{
				{telnetDo}, {telnetDont}, {telnetWill}, {telnetWont}, {telnetDo, telnetDont}, {telnetWill, telnetWont}, {telnetDo, telnetWill},
				{telnetDo, telnetWill, telnetDont, telnetWont}, {telnetDo, telnetDo, telnetDont, telnetDont},
			} {
				p := made()
				flips := func(n int) (in, out int) {
					for range n {
						for _, verb := range verbs {
							_, answer := p.receive([]byte{telnetIAC, verb, option})
							in, out = in+3, out+len(answer)
						}
					}
					return in, out
				}
				flips(1)
				in, out := flips(times)
				most := in
				if end == "server" && option == optionComPort {
					most += times * len(sub(serverCode+comNotifyModemstate, 0))
				}
				if out > most {
					t.Errorf("%s, option %d, verbs %d: %d bytes are answered with %d, want at most %d", end, option, verbs, in, out, most)
				}
			}
		}
	}
}

// echo sends back what it receives.
type echo struct{ raw }

func (echo) receive(p []byte) ([]Event, []byte) { return nil, bytes.Clone(p) }

// Whatever a far end sends, there is no panic, no answer out of proportion, no memory for more than
// one subnegotiation, and a command line sent afterwards arrives.
func FuzzTelnet(f *testing.F) {
	for _, seed := range []string{
		"", "AT\r", nop, will44 + sub(comSetBaudrate, 0, 0, 0x25, 0x80), do44 + dont44 + wont44, do44 + dont44 + do44, sub(comSignature), iac + "\xfa\x2c\x05",
		will44 + sub(comSetControl, 8) + sub(comSetControl, 200) + sub(comNotifyModemstate) + sub(comSetModemstateMask, 255),
		do44 + sub(107, 0x30) + sub(107, 0) + sub(108) + sub(101, 0, 0, 1, 0), iac + "\xfb", "\r\x00", iac + "\xfa" + strings.Repeat("\xff\xff", 600),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		server, client := newRFC2217Server().(*rfc2217Server), newRFC2217Client(115200).(*rfc2217Client)
		// A client sends its settings once and else answers a verb with a verb. The server's longest
		// answer is its signature, 14 bytes for 6.
		answers := map[protocol]int{server: 3, client: 1}
		for p, telnet := range map[protocol]*telnet{server: &server.telnet, client: &client.telnet} {
			p.start()
			_, answer := p.receive(in)
			if limit := 64 + answers[p]*len(in); len(answer) > limit {
				t.Errorf("%T: %d bytes are answered with %d", p, len(in), len(answer))
			}
			p.signal(Signals{DCD: true, CTS: true})
			p.receive([]byte(nop + nop)) // whatever has begun is over
			events, _ := p.receive(p.encode([]byte("AT\r")))
			if got := told(events); len(got) == 0 || got[len(got)-1] != `data "AT\r"` {
				t.Errorf("after it a command line is told as %q", got)
			}
			if cap(telnet.sub) > 2*subLimit || len(telnet.here)+len(telnet.there) != 6 || telnet.answer != nil || telnet.events != nil {
				t.Errorf("%d bytes of a subnegotiation and %d options are kept, %d bytes and %d events not given away",
					cap(telnet.sub), len(telnet.here)+len(telnet.there), len(telnet.answer), len(telnet.events))
			}
		}
	})
}
