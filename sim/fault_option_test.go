package sim_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// A fault of the option acts on every answer, from the first one on.
func TestFaultsOnAnswers(t *testing.T) {
	const echo, info, final = "AT+CSQ\r", "\r\n+CSQ: 25,99\r\n", "\r\nOK\r\n"
	for name, c := range map[string]struct {
		fault faults.Fault
		want  string // after 2 s
		later string // after 10 s more
	}{
		"late":          {fault: faults.Late{Target: faults.TheResult, By: 5 * time.Second}, want: echo + info, later: final},
		"missing":       {fault: faults.Missing{Target: faults.TheResult}, want: echo + info},
		"missing echo":  {fault: faults.Missing{Target: faults.TheEcho}, want: info + final},
		"doubled":       {fault: faults.Doubled{}, want: echo + info + final + info + final},
		"truncated":     {fault: faults.Truncated{Target: faults.TheInfo, Bytes: 3}, want: echo + "\r\n+" + final},
		"split":         {fault: faults.Split{Bytes: 3, Pause: 5 * time.Second}, want: echo + "\r\n+", later: "CSQ: 25,99\r\n" + final},
		"held URC":      {fault: faults.Inserted{Text: "RING"}, want: echo + info + final + "\r\nRING\r\n"},
		"URC":           {fault: faults.Inserted{At: faults.BeforeResult, Text: "RING"}, want: echo + info + "\r\nRING\r\n" + final},
		"URC in echo":   {fault: faults.Inserted{At: faults.BehindEcho, Text: "RING"}, want: echo + "\r\nRING\r\n" + info + final},
		"below nothing": {fault: faults.Truncated{Bytes: -1}, want: echo},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, sim.Fault(c.fault))
				for range 2 {
					d.type_(t, "AT+CSQ\r")
					pass(2 * time.Second)
					d.want(t, "AT+CSQ", c.want)
					pass(10 * time.Second)
					d.want(t, "later", c.later)
				}
			})
		})
	}
}

// Each answer comes with the next one.
func TestShiftedAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.Shifted{Target: faults.TheResult}))
		d.type_(t, "ATE0\r")
		d.want(t, "ATE0", "ATE0\r")
		d.type_(t, "AT+CSQ\r")
		d.want(t, "AT+CSQ", frames("OK", "+CSQ: 25,99"))
		d.type_(t, "AT\r")
		d.want(t, "AT", frames("OK"))
	})
}

// So many bytes of each answer are others.
func TestGarbledAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.Garbled{Target: faults.TheInfo, Bytes: 2}))
		d.type_(t, "ATE0\r")
		d.host.take()
		for range 3 {
			want, got := frames("+CSQ: 25,99", "OK"), d.ask(t, "AT+CSQ")
			others := 0
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					others++
				}
			}
			if len(got) != len(want) || others != 2 {
				t.Errorf("%q: %d bytes are others than in %q", got, others, want)
			}
		}
	})
}

// Faults of the option act in the order that they were given in, and another scenario does
// not end them.
func TestFaultsAddUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.Truncated{Target: faults.TheInfo, Bytes: 4}), sim.Fault(faults.Doubled{Target: faults.TheInfo}))
		d.ask(t, "ATE0")
		d.type_(t, "AT+CSQ\r")
		d.want(t, "AT+CSQ", "\r\n+C\r\n+C"+frames("OK"))
		load(t, d, "on AT+CSQ drop final")
		d.ask(t, "ATE0")
		d.type_(t, "AT+CSQ\r")
		d.want(t, "AT+CSQ with a rule", "\r\n+C\r\n+C")
	})
}

// A fault of the option damages data of both directions.
func TestFaultsOnData(t *testing.T) {
	for name, c := range map[string]struct {
		fault faults.Fault
		want  string
	}{
		"lost":    {faults.LostBytes{In: 1}, ""},
		"doubled": {faults.DoubledBytes{In: 1}, "00112233"},
		"none":    {faults.DoubledBytes{}, "00112233"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, sim.Fault(c.fault))
				d.put(t, "f", []byte("0123"))
				d.logIn(t)
				d.fetch(t, "f", c.want)
				d.upload(t, "up")
				d.type_(t, "0123+++")
				d.want(t, "+++", frames("OK"))
				d.wantStored(t, "up", c.want)
			})
		})
	}
}

// A fault of the option damages what the host sends in command mode, and data not.
func TestFaultsOnCommands(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.Noise{In: 1}))
		d.type_(t, "AT+CSQ\r")
		if got := string(d.host.take()); len(got) != 7 || got == "AT+CSQ\r" {
			t.Errorf("the echo is %q, want seven bytes that are not those of the command", got)
		}
	})
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		d.run(t, "noise 1")
		d.type_(t, "0123+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "0123")
		d.type_(t, "AT\r")
		d.want(t, "AT", "")
		d.run(t, "noise off")
		d.type_(t, "\r")
		d.expect(t, "AT", "OK")
	})
}

// Every bit that is flipped is one of its byte.
func TestFlippedBits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.FlippedBits{In: 1}))
		d.put(t, "f", []byte("0123"))
		d.logIn(t)
		d.retrieve(t, "f")
		d.type_(t, "AT+AFTPDATA\r")
		got, _ := strings.CutPrefix(string(d.host.take()), frames("CONNECT"))
		got, ended := strings.CutSuffix(got, frames("NO CARRIER"))
		if !ended || len(got) != 4 {
			t.Fatalf("data %q", got)
		}
		for i := range 4 {
			if flipped := got[i] ^ byte('0'+i); flipped == 0 || flipped&(flipped-1) != 0 {
				t.Errorf("byte %d is %q", i, got[i])
			}
		}
	})
}

// An option that cannot be is the error of New, which says what could.
func TestWrongOptions(t *testing.T) {
	for want, option := range map[string]sim.Option{
		"Fault(42): not a fault (a type of package faults":     sim.Fault(42),
		"Fault(<nil>): not a fault (a type of package faults":  sim.Fault(nil),
		"Speed(0): not a speed (a number above 0":              sim.Speed(0),
		"Speed(-1): not a speed (a number above 0":             sim.Speed(-1),
		"Speed(NaN): not a speed (a number above 0":            sim.Speed(math.NaN()),
		"Speed(+Inf): not a speed (a number above 0":           sim.Speed(math.Inf(1)),
		"Baud(-5): not a rate (bits per second, or 0 for as f": sim.Baud(-5),
	} {
		pipe := port.NewPipe()
		m, err := sim.New(pipe, option)
		if err == nil {
			m.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
