package port

import (
	"slices"
	"strings"
	"testing"
)

const clientSettings = "[44 1 0 0 37 128] [44 2 8] [44 3 1] [44 4 1] [44 5 1]"

// client returns a client that has begun to negotiate, of a modem that is up and has no carrier.
func client() protocol {
	p := newRFC2217Client(9600)
	p.start()
	p.signal(Signals{CTS: true, DSR: true})
	return p
}

// connected returns a client whose server has agreed to the option, with a host that is ready.
func connected() protocol {
	p := client()
	p.receive([]byte(do44 + sub(serverCode+comNotifyModemstate, stateDSR|stateCTS)))
	return p
}

func TestRFC2217ClientStart(t *testing.T) {
	p := newRFC2217Client(9600)
	if got, want := commands(p.start()), "will 44 do 0 will 0 do 3 will 3"; got != want {
		t.Errorf("it begins with %s, want %s", got, want)
	}
	if got := p.signal(Signals{CTS: true, DCD: true}); got != nil {
		t.Errorf("before the option it says %s", commands(got))
	}
	_, answer := hears(p, do44)
	if want := clientSettings + " [44 5 8] [44 5 11] [44 11 255]"; answer != want {
		t.Errorf("with the option it says %s, want %s", answer, want)
	}
}

func TestRFC2217ClientReceive(t *testing.T) {
	state := func(bits ...byte) (s string) {
		for _, b := range bits {
			s += sub(serverCode+comNotifyModemstate, b)
		}
		return s
	}
	settings := clientSettings + " [44 5 9] [44 5 11] [44 11 255]"
	for name, test := range map[string]struct {
		in     string
		events []string
		answer string
	}{
		"the host is ready":      {do44 + state(0x30), nil, settings},
		"no lines":               {do44 + state(0, 0, 0xc0), nil, settings},
		"no lines at first":      {do44 + state(0, 0x20, 0x30, 0x10, 0), []string{"dtr false", "rts false"}, settings},
		"DTR":                    {do44 + state(0x30, 0x12, 0x32), []string{"dtr false", "dtr true"}, settings},
		"RTS":                    {do44 + state(0x30, 0x21, 0x31), []string{"rts false", "rts true"}, settings},
		"other lines":            {do44 + state(0x30, 0xf0, 0x30), nil, settings},
		"changes alone":          {do44 + state(0x30, 0x33), nil, settings},
		"speed as it was set":    {do44 + sub(101, 0, 0, 0x25, 0x80), nil, settings},
		"another speed":          {do44 + sub(101, 0, 0, 0x4b, 0), []string{"notice"}, settings},
		"another, again":         {do44 + strings.Repeat(sub(101, 0, 0, 0x4b, 0)+sub(101, 0, 0, 0x4b, 1), 100), []string{"notice"}, settings},
		"short ones":             {do44 + sub(101, 1) + sub(107) + sub(), nil, settings},
		"a client's commands":    {do44 + sub(7, 0x30) + sub(7, 0) + sub(8), nil, settings},
		"a server that asks too": {will44 + do44, nil, "do 44 " + settings},
		"bytes":                  {do44 + "AT\r" + iac + iac, []string{`data "AT\r\xff"`}, settings},
		"without the option":     {dont44 + dont44 + "AT\r", []string{"notice", `data "AT\r"`}, ""},
		"without telnet":         {"AT\r", []string{"notice", `data "AT\r"`}, ""},
		"its end":                {do44 + dont44 + state(0x30, 0), []string{"notice"}, settings + " wont 44"},
		"its own wish denied":    {wont44 + do44, nil, settings},
		"gone and come":          {do44 + dont44 + do44, []string{"notice"}, settings + " wont 44 will 44"},
	} {
		t.Run(name, func(t *testing.T) {
			events, answer := splits(t, client, test.in)
			if !slices.Equal(events, test.events) || answer != test.answer {
				t.Errorf("told %q and answered %s, want %q and %s", events, answer, test.events, test.answer)
			}
		})
	}
}

func TestRFC2217ClientNotices(t *testing.T) {
	p := client()
	events, _ := p.receive([]byte(dont44))
	if want := "it does not speak RFC 2217: bytes pass, but not speed and modem lines (use --connect tcp: for such servers)"; events[0].Text != want {
		t.Errorf("the notice is %q, want %q", events[0].Text, want)
	}
	events, _ = connected().receive([]byte(sub(101, 0, 0, 0x4b, 0)))
	if want := "its port runs at 19200 bit/s, not at the 9600 that were set"; events[0].Text != want {
		t.Errorf("the notice is %q, want %q", events[0].Text, want)
	}
}

func TestRFC2217ClientSignals(t *testing.T) {
	p := connected()
	for _, step := range []struct {
		s    Signals
		said string
	}{
		{Signals{CTS: true, DSR: true}, ""},
		{Signals{CTS: true, DSR: true, DCD: true}, "[44 5 8]"},
		{Signals{CTS: true, RI: true, DCD: true}, ""},
		{Signals{CTS: true}, "[44 5 9]"},
		{Signals{}, "[44 5 12]"},
		{Signals{CTS: true, DCD: true}, "[44 5 8] [44 5 11]"},
	} {
		if got := commands(p.signal(step.s)); got != step.said {
			t.Errorf("%v is %q, want %q", step.s, got, step.said)
		}
	}
}

// What has changed while the option was not in force is sent when it is again, and nothing else.
func TestRFC2217ClientTellsChanges(t *testing.T) {
	p := connected().(*rfc2217Client)
	p.receive([]byte(dont44))
	if got := append(p.setSpeed(19200), p.signal(Signals{CTS: true, DCD: true})...); len(got) > 0 {
		t.Errorf("without the option it says %s", commands(got))
	}
	if _, got := hears(p, do44); got != "will 44 [44 1 0 0 75 0] [44 5 8]" {
		t.Errorf("with the option it says %s", got)
	}
	if _, got := hears(p, dont44+do44); got != "wont 44 will 44" {
		t.Errorf("with the option once more it says %s", got)
	}
}

func TestRFC2217ClientHeld(t *testing.T) {
	p := connected()
	for _, step := range []struct {
		in   string
		held bool
	}{{"", false}, {sub(108), true}, {sub(109), false}, {sub(108), true}, {dont44, false}} {
		p.receive([]byte(step.in))
		if p.held() != step.held {
			t.Errorf("after %s: held is %v", commands([]byte(step.in)), p.held())
		}
	}
}

func TestRFC2217ClientSpeed(t *testing.T) {
	early := client().(*rfc2217Client)
	if got := early.setSpeed(19200); got != nil {
		t.Errorf("before the option it says %s", commands(got))
	}
	if _, answer := hears(early, do44); !strings.HasPrefix(answer, "[44 1 0 0 75 0] ") {
		t.Errorf("with the option it says %s", answer)
	}
	p := connected().(*rfc2217Client)
	if got, want := commands(p.setSpeed(19200)), "[44 1 0 0 75 0]"; got != want {
		t.Errorf("it says %s, want %s", got, want)
	}
	for _, step := range []struct{ answer, told string }{
		{sub(101, 0, 0, 0x25, 0x80), ""}, // to the speed before
		{sub(101, 0, 0, 0x4b, 0), ""},
	} {
		if events, _ := hears(p, step.answer); strings.Join(events, " ") != step.told {
			t.Errorf("the answer %s is told as %q, want %q", commands([]byte(step.answer)), events, step.told)
		}
	}
	p.setSpeed(57600)
	if events, _ := hears(p, sub(101, 0, 0, 0x4b, 0)); !slices.Equal(events, []string{"notice"}) {
		t.Errorf("another speed than the one that was set is told as %q", events)
	}
}
