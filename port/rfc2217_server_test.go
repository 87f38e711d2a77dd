package port

import (
	"slices"
	"strings"
	"testing"
)

// started returns a server whose client has agreed to the option, of a modem that is up and has no
// carrier.
func started() protocol {
	p := server()
	p.signal(Signals{CTS: true, DSR: true})
	p.receive([]byte(will44 + willBinary))
	return p
}

// A server first sends what pyserial and ser2net wait for, and no WILL COM-PORT-OPTION.
func TestRFC2217ServerStart(t *testing.T) {
	if got, want := commands(newRFC2217Server().start()), "do 44 do 0 will 0 do 3 will 3"; got != want {
		t.Errorf("it begins with %s, want %s", got, want)
	}
}

// The negotiation with what pyserial 3.5 sends when it opens a port, and with what a ser2net 4.3
// client sends.
func TestRFC2217ServerNegotiation(t *testing.T) {
	for name, test := range map[string]struct{ in, answer string }{
		"pyserial": {
			iac + "\xfd\x01" + iac + "\xfb\x03" + iac + "\xfd\x03" + do44 + will44 + willBinary + iac + "\xfd\x00",
			"wont 1 will 44 [44 107 51]",
		},
		"pyserial that has heard the offer first": {
			willBinary + iac + "\xfd\x00" + iac + "\xfd\x01" + do44 + sub(comSetControl, 1), "wont 1 will 44 [44 107 51] [44 105 1]",
		},
		"ser2net": {iac + "\xfb\x03" + iac + "\xfd\x03" + willBinary + iac + "\xfd\x00" + will44, "[44 107 51]"},
	} {
		t.Run(name, func(t *testing.T) {
			events, answer := splits(t, func() protocol {
				p := server()
				if early := p.signal(Signals{CTS: true, DSR: true}); early != nil {
					t.Errorf("before the option it tells %s", commands(early))
				}
				return p
			}, test.in)
			if events != nil || answer != test.answer {
				t.Errorf("told %q and answered %s, want %s", events, answer, test.answer)
			}
		})
	}
}

func TestRFC2217ServerCommands(t *testing.T) {
	for name, test := range map[string]struct {
		in     string
		events []string
		answer string
	}{
		"signature asked":   {sub(comSignature), nil, "[44 100 109 111 100 101 109 115 105 109]"},
		"signature given":   {sub(comSignature, 'm', 'e'), nil, ""},
		"speed":             {sub(comSetBaudrate, 0, 0, 0x25, 0x80), []string{"speed 9600"}, "[44 101 0 0 37 128]"},
		"speed twice":       {sub(comSetBaudrate, 0, 0, 0x25, 0x80) + sub(comSetBaudrate, 0, 0, 0x25, 0x80), []string{"speed 9600"}, "[44 101 0 0 37 128] [44 101 0 0 37 128]"},
		"speed asked":       {sub(comSetBaudrate, 0, 0, 0, 0), []string{"speed 115200"}, "[44 101 0 1 194 0]"},
		"speed set, asked":  {sub(comSetBaudrate, 0, 0, 0x25, 0x80) + sub(comSetBaudrate, 0, 0, 0, 0), []string{"speed 9600"}, "[44 101 0 0 37 128] [44 101 0 0 37 128]"},
		"speed with 255":    {sub(comSetBaudrate, 0, 0, 255, 255), []string{"speed 65535"}, "[44 101 0 0 255 255]"},
		"speed over all":    {sub(comSetBaudrate, 255, 255, 255, 255), []string{"speed 115200"}, "[44 101 0 1 194 0]"},
		"speed too short":   {sub(comSetBaudrate, 8), nil, ""},
		"speed too long":    {sub(comSetBaudrate, 0, 0, 0x25, 0x80, 0, 0), []string{"speed 9600"}, "[44 101 0 0 37 128]"},
		"datasize":          {sub(comSetDatasize, 7), []string{"format 7N1"}, "[44 102 7]"},
		"datasize asked":    {sub(comSetDatasize, 0), []string{"format 8N1"}, "[44 102 8]"},
		"datasize too low":  {sub(comSetDatasize, 4), []string{"format 8N1"}, "[44 102 8]"},
		"datasize too high": {sub(comSetDatasize, 9), []string{"format 8N1"}, "[44 102 8]"},
		"datasize without":  {sub(comSetDatasize), nil, ""},
		"parity odd":        {sub(comSetParity, 2), []string{"format 8O1"}, "[44 103 2]"},
		"parity even":       {sub(comSetParity, 3), []string{"format 8E1"}, "[44 103 3]"},
		"parity mark":       {sub(comSetParity, 4), []string{"format 8M1"}, "[44 103 4]"},
		"parity space":      {sub(comSetParity, 5), []string{"format 8S1"}, "[44 103 5]"},
		"parity unknown":    {sub(comSetParity, 6), []string{"format 8N1"}, "[44 103 1]"},
		"stopsize":          {sub(comSetStopsize, 2), []string{"format 8N2"}, "[44 104 2]"},
		"stopsize 1.5":      {sub(comSetStopsize, 3), []string{"format 8N1.5"}, "[44 104 3]"},
		"stopsize asked":    {sub(comSetStopsize, 0), []string{"format 8N1"}, "[44 104 1]"},
		"7E1": {
			sub(comSetDatasize, 7) + sub(comSetParity, 3) + sub(comSetStopsize, 1) + sub(comSetParity, 0), []string{"format 7N1", "format 7E1"},
			"[44 102 7] [44 103 3] [44 104 1] [44 103 3]",
		},
		"flow control asked":     {controls(0, 13), nil, confirmed(1, 14)},
		"flow control none":      {controls(1, 0, 13), nil, confirmed(1, 1, 14)},
		"flow control XON/XOFF":  {controls(2, 0, 13), nil, confirmed(2, 2, 15)},
		"flow control hardware":  {controls(3, 0, 13), nil, confirmed(3, 3, 16)},
		"flow control DCD":       {controls(17, 0, 13), nil, confirmed(17, 17, 17)},
		"flow control DSR":       {controls(19, 0, 13), nil, confirmed(19, 19, 19)},
		"flow control two kinds": {controls(3, 15, 0, 13), nil, confirmed(3, 15, 3, 15)},
		"inbound":                {controls(14, 15, 16, 18, 13, 0), nil, confirmed(14, 15, 16, 18, 18, 1)},
		"break":                  {controls(4, 5, 4, 5, 6, 4, 5), []string{"break", "break"}, confirmed(6, 5, 5, 5, 6, 6, 5)},
		"DTR":                    {controls(7, 8, 9, 7, 9, 8, 7), []string{"dtr false", "dtr true"}, confirmed(8, 8, 9, 9, 9, 8, 8)},
		"RTS":                    {controls(10, 11, 12, 10, 12, 11, 10), []string{"rts false", "rts true"}, confirmed(11, 11, 12, 12, 12, 11, 11)},
		"control unknown":        {controls(20, 255), nil, ""},
		"control without":        {sub(comSetControl), nil, ""},
		"line state asked":       {sub(comNotifyLinestate) + sub(comSetLinestateMask, 255) + sub(comNotifyLinestate), nil, "[44 106 0] [44 110 255] [44 106 96]"},
		"modem state asked":      {sub(comNotifyModemstate), nil, "[44 107 48]"},
		"modem state mask":       {sub(comSetModemstateMask, 0x2f), nil, "[44 111 47] [44 107 32]"},
		"modem state off":        {sub(comSetModemstateMask, 0), nil, "[44 111 0]"},
		"purge":                  {sub(comPurgeData, 1) + sub(comPurgeData, 2) + sub(comPurgeData, 3), nil, "[44 112 1] [44 112 2] [44 112 3]"},
		"unknown":                {sub(13, 1) + sub(99) + sub(101, 0) + sub(255) + sub(), nil, ""},
		"among bytes": {
			"A" + controls(9) + "T" + sub(comSetDatasize, 7) + "\r", []string{`data "A"`, "dtr false", `data "T"`, "format 7N1", `data "\r"`},
			confirmed(9) + " [44 102 7]",
		},
		"gone and come": {wont44 + sub(comSetDatasize, 7) + will44, []string{"notice"}, "dont 44 do 44 [44 107 51]"},
	} {
		t.Run(name, func(t *testing.T) {
			events, answer := splits(t, started, test.in)
			if !slices.Equal(events, test.events) || answer != test.answer {
				t.Errorf("told %q and answered %s, want %q and %s", events, answer, test.events, test.answer)
			}
		})
	}
}

// controls returns SET-CONTROL commands with these values.
func controls(values ...byte) (s string) {
	for _, v := range values {
		s += sub(comSetControl, v)
	}
	return s
}

// confirmed returns the server's answers to such commands, as words.
func confirmed(values ...byte) string {
	var list []string
	for _, v := range values {
		list = append(list, commands([]byte(sub(comSetControl+serverCode, v))))
	}
	return strings.Join(list, " ")
}

func TestRFC2217ServerModemState(t *testing.T) {
	ready := Signals{CTS: true, DSR: true}
	for name, test := range map[string]struct {
		mask   byte
		states []Signals
		told   []string
	}{
		"nothing":            {255, []Signals{ready, ready}, []string{"", ""}},
		"DCD":                {255, []Signals{{CTS: true, DSR: true, DCD: true}, ready}, []string{"[44 107 184]", "[44 107 56]"}},
		"RI":                 {255, []Signals{{CTS: true, DSR: true, RI: true}, ready}, []string{"[44 107 112]", "[44 107 52]"}},
		"DSR":                {255, []Signals{{CTS: true}, ready}, []string{"[44 107 18]", "[44 107 50]"}},
		"CTS":                {255, []Signals{{DSR: true}, ready}, []string{"[44 107 33]", "[44 107 49]"}},
		"all":                {255, []Signals{{}, {CTS: true, DSR: true, DCD: true, RI: true}}, []string{"[44 107 3]", "[44 107 251]"}},
		"DCD alone":          {0x80, []Signals{{}, {DCD: true}, ready}, []string{"", "[44 107 128]", "[44 107 0]"}},
		"changes alone":      {0x0f, []Signals{{CTS: true, DSR: true, RI: true}, ready, {}}, []string{"", "[44 107 4]", "[44 107 3]"}},
		"a line not of mask": {0x40, []Signals{{}, {DCD: true}}, []string{"", ""}},
		"no mask":            {0, []Signals{{}, {CTS: true, DSR: true, DCD: true, RI: true}}, []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			p := started()
			p.receive([]byte(sub(comSetModemstateMask, test.mask)))
			for n, s := range test.states {
				if got := commands(p.signal(s)); got != test.told[n] {
					t.Errorf("%v is told as %q, want %q", s, got, test.told[n])
				}
			}
		})
	}
	t.Run("none without the option", func(t *testing.T) {
		p := server()
		if got := p.signal(ready); got != nil {
			t.Errorf("before it: %s", commands(got))
		}
		p.receive([]byte(will44 + wont44))
		if got := p.signal(Signals{}); got != nil {
			t.Errorf("after it: %s", commands(got))
		}
	})
}

func TestRFC2217ServerHeld(t *testing.T) {
	p := started()
	for _, step := range []struct {
		in   string
		held bool
	}{{"", false}, {sub(comSuspend), true}, {"AT\r" + nop, true}, {sub(comResume), false}, {sub(comSuspend), true}, {wont44, false}} {
		p.receive([]byte(step.in))
		if p.held() != step.held {
			t.Errorf("after %s: held is %v", commands([]byte(step.in)), p.held())
		}
	}
}

// A program that does not speak RFC 2217 is reported once.
func TestRFC2217ServerPlainClient(t *testing.T) {
	for name, test := range map[string]struct {
		in     string
		events []string
	}{
		"no telnet":                {"AT\r\n" + "AT\r\n", []string{"notice", `data "AT\r\nAT\r\n"`}},
		"no telnet, a byte 255":    {iac + iac + "AT\r", []string{"notice", `data "\xffAT\r"`}},
		"telnet without":           {wont44 + wont44 + "AT\r\n", []string{"notice", `data "AT\r\n"`}},
		"bytes and then a refusal": {"AT\r\n" + wont44, []string{"notice", `data "AT\r\n"`}},
		"telnet with":              {will44 + "AT\r\n", []string{`data "AT\r\n"`}},
		"telnet that says nothing": {nop + "AT\r\n", []string{`data "AT\r\n"`}},
		"no wish of ours":          {dont44 + will44 + "AT\r\n", []string{`data "AT\r\n"`}},
	} {
		t.Run(name, func(t *testing.T) {
			if events, _ := splits(t, server, test.in); !slices.Equal(events, test.events) {
				t.Errorf("told %q, want %q", events, test.events)
			}
		})
	}
	events, _ := server().receive([]byte("AT\r"))
	if want := "it does not speak RFC 2217: bytes pass, but not its speed and modem lines (use --listen tcp: for such programs)"; events[0].Text != want {
		t.Errorf("the notice is %q, want %q", events[0].Text, want)
	}
}
