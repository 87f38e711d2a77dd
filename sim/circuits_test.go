package sim_test

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// signals are the circuits that are on, in the order of V.24.
func signals(s port.Signals) string {
	var on []string
	for _, c := range []struct {
		name string
		on   bool
	}{{"CTS", s.CTS}, {"DSR", s.DSR}, {"DCD", s.DCD}, {"RI", s.RI}} {
		if c.on {
			on = append(on, c.name)
		}
	}
	return strings.Join(on, " ")
}

// wantSignals fails unless exactly these circuits are on.
func (d *dialog) wantSignals(t *testing.T, why, want string) {
	t.Helper()
	synctest.Wait()
	if got := signals(d.host.Signals()); got != want {
		t.Errorf("%s: %q is on, want %q", why, got, want)
	}
}

// &C and &S in command mode, in data mode and behind it (AT manual; 27.007 has V.25ter's).
func TestCircuitsFollowTheCarrier(t *testing.T) {
	for _, c := range []struct{ set, command, data string }{
		{"AT", "CTS", "CTS DSR DCD"}, // the factory's &C1 &S1
		{"AT&C0", "CTS DCD", "CTS DSR DCD"},
		{"AT&S0", "CTS DSR", "CTS DSR DCD"},
		{"AT&C0&S0", "CTS DSR DCD", "CTS DSR DCD"},
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.put(t, "f", []byte("content"))
			d.logIn(t)
			d.ok(t, c.set)
			d.wantSignals(t, c.set, c.command)
			d.upload(t, "up")
			d.wantSignals(t, c.set+" in data mode", c.data)
			d.type_(t, "x+++")
			d.want(t, "escape", frames("OK"))
			d.wantSignals(t, c.set+" behind data mode", c.command)
			d.ok(t, "AT&F")
			d.wantSignals(t, "AT&F", "CTS")
		})
	}
}

// In online command mode the carrier is still there (&D1).
func TestCarrierInOnlineCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D1")
		d.pulseDTR(t, frames("OK"))
		d.wantSignals(t, "online command mode", "CTS DSR DCD")
		d.ok(t, "ATH")
		d.wantSignals(t, "ATH", "CTS")
	})
}

// A module without power drives nothing; while it boots it takes no input.
func TestCircuitsWithoutPower(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "timing field"))
		d.run(t, "power off")
		d.wantSignals(t, "power off", "")
		d.run(t, "power on")
		d.wantSignals(t, "boot", "")
		pass(20 * time.Second)
		d.wantSignals(t, "Ready", "CTS")
	})
}

// Setting cts.
func TestCTSStaysOff(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.run(t, "set cts off")
		d.wantSignals(t, "set cts off", "")
		d.run(t, "set cts on")
		d.wantSignals(t, "set cts on", "CTS")
	})
}

// The verb ring: RING and RI once for each ring, of a second each, every five.
func TestRing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.run(t, "ring 2")
		d.want(t, "the first ring", frames("RING"))
		d.wantSignals(t, "the first ring", "CTS RI")
		d.expect(t, "AT+CPAS", "+CPAS: 3", "OK")
		pass(time.Second)
		d.wantSignals(t, "between the rings", "CTS")
		pass(4 * time.Second)
		d.want(t, "the second ring", frames("RING"))
		d.expect(t, "ATS1?", "002", "OK")
		pass(time.Minute)
		d.want(t, "the caller has given up", "")
		d.expect(t, "AT+CPAS", "+CPAS: 0", "OK")
		d.expect(t, "ATS1?", "000", "OK")
	})
}

// ATH rejects a call, ATA answers it.
func TestRingEnds(t *testing.T) {
	for line, want := range map[string]string{"ATH": "OK", "ATA": "OK"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.ok(t, "ATE0")
			d.run(t, "ring 9")
			d.want(t, "ring", frames("RING"))
			d.expect(t, line, want)
			d.wantSignals(t, line, "CTS")
			pass(time.Minute)
			d.want(t, line, "")
		})
	}
}

// RING is a result code: a number under V0, nothing under Q1 (V.250 6.3.6); +CLIP adds the caller.
func TestRingText(t *testing.T) {
	for line, want := range map[string]string{
		"ATE0": frames("RING"), "ATE0V0": "2\r", "ATE0Q1": "", "ATE0+CLIP=1": frames("RING", `+CLIP: "+15550100",145`),
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.ask(t, line)
			d.run(t, "ring")
			d.want(t, line, want)
		})
	}
}

// Under &K3 the host's RTS lets output wait, under &K4 its XOFF does; under &K0 neither, and XOFF
// is a character.
func TestHostStopsOutput(t *testing.T) {
	stop := map[string]func(d *dialog, on bool){
		"AT&K3": func(d *dialog, on bool) { d.host.SetRTS(on) },
		"AT&K4": func(d *dialog, on bool) { d.host.Write([]byte{map[bool]byte{true: 0x11, false: 0x13}[on]}) },
	}
	for line, set := range stop {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.ok(t, "ATE0")
			d.ok(t, line)
			set(d, false)
			d.type_(t, "AT\r")
			d.want(t, "stopped", "")
			set(d, true)
			d.want(t, "goes on", frames("OK"))

			d.ok(t, "AT&K0")
			d.host.SetRTS(false)
			d.expect(t, "AT", "OK")
		})
	}
}

// Another host finds neither the RTS nor the XOFF of the one before.
func TestNextHostIsNotStopped(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0&K3")
		d.host.SetRTS(false)
		d.type_(t, "AT\r")
		d.want(t, "stopped", "")
		d.reopen(t)
		d.expect(t, "AT", "OK")
	})
}

// With flow control a host that obeys loses nothing to the receive buffer: CTS, or XOFF, comes
// before it is full.
func TestModemStopsHost(t *testing.T) {
	for _, line := range []string{"AT&K3", "AT&K4"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, with(t, "rx-buffer 1000"))
			d.logIn(t)
			d.ok(t, line)
			d.upload(t, "up")
			d.run(t, "slow 3000")
			content, stops := string(noise(10_000, 8)), 0
			content = strings.NewReplacer("+", "p", "\x11", "q", "\x13", "s").Replace(content)
			for rest := content; rest != ""; {
				d.type_(t, rest[:100])
				rest = rest[100:]
				for stopped := true; stopped; {
					got := string(d.host.take())
					stopped = line == "AT&K3" && !d.host.Signals().CTS || strings.HasSuffix(got, "\x13")
					if stopped {
						stops++
						pass(500 * time.Millisecond)
					}
				}
			}
			d.type_(t, "+++")
			pass(time.Minute)
			d.wantStored(t, "up", content)
			if stops == 0 {
				t.Errorf("%s: never stopped", line)
			}
		})
	}
}

// Setting boot-waits-dsr: the banner comes, but input is lost until the host asserts DTR.
func TestBootWaitsForDSR(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "boot-waits-dsr on"))
		d.ok(t, "ATE0")
		d.host.SetDTR(false)
		synctest.Wait()
		d.run(t, "reset")
		pass(time.Second)
		if got := string(d.host.take()); !strings.HasSuffix(got, "Ready\r\n") {
			t.Fatalf("the boot sent %q", got)
		}
		d.type_(t, "AT\r")
		d.want(t, "without DTR", "")
		d.host.SetDTR(true)
		d.type_(t, "ATE0\r")
		d.want(t, "with DTR", "ATE0\r"+frames("OK"))
	})
}

// A tape is a wire that records what the modem does to it, in order.
type tape struct {
	*port.Pipe
	mu    sync.Mutex
	steps []string
}

func (p *tape) Next() (port.Event, error) {
	e, err := p.Pipe.Next()
	if e.Kind == port.Open {
		e.Host = tapeHost{p, e.Host}
	}
	return e, err
}

func (p *tape) SetSignals(s port.Signals) { p.step("[" + signals(s) + "]") }

func (p *tape) step(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps = append(p.steps, text)
}

type tapeHost struct {
	tape *tape
	host io.Writer
}

func (h tapeHost) Write(b []byte) (int, error) {
	h.tape.step(string(b))
	return h.host.Write(b)
}

// DCD rises before CONNECT and drops between the last byte of data and NO CARRIER (V.250 6.2.8).
func TestOrderOfDCDAndBytes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		p := &tape{Pipe: port.NewPipe()}
		m, err := sim.New(p, sim.FTP(sim.Embedded(d.server)))
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		d.pipe, d.host = p.Pipe, record(p.Pipe.Dial())
		d.put(t, "f", []byte("content"))
		d.logIn(t)
		d.retrieve(t, "f")
		p.mu.Lock()
		p.steps = nil
		p.mu.Unlock()
		d.ask(t, "AT+AFTPDATA")
		want := "[CTS DSR DCD]" + frames("CONNECT") + "content" + "[CTS]" + frames("NO CARRIER")
		if got := strings.Join(p.steps, ""); got != want {
			t.Errorf("in this order: %q, want %q", got, want)
		}
	})
}

// Events of the line appear in the transcript.
func TestTranscriptOfTheLine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.host.SetRTS(false)
		d.host.SetDTR(false)
		d.host.SetDTR(true)
		d.host.Break()
		synctest.Wait()
		for _, want := range []string{"RTS drops", "DTR drops", "DTR rises", "host sends a break"} {
			if !strings.Contains(d.modem.Transcript().String(), fmt.Sprintf(" # %s\n", want)) {
				t.Errorf("no %q in\n%s", want, d.modem.Transcript())
			}
		}
	})
}

// A fastTape is a tape whose end of the line has a speed.
type fastTape struct{ *tape }

func (p fastTape) SetSpeed(baud int) error {
	p.step(fmt.Sprintf("[%d baud]", baud))
	return nil
}

func (p fastTape) Speed() int { return 2400 }

// +IPR changes the speed of a real line: at the next restart (AT manual), or behind its OK under
// ipr after-ok.
func TestIPRSetsTheLinesSpeed(t *testing.T) {
	for ipr, want := range map[string]string{
		"restart":  frames("OK") + "[9600 baud]" + "[]" + "[CTS]",
		"after-ok": frames("OK") + "[9600 baud]" + "[]" + "[CTS]",
	} {
		bubble(t, func(t *testing.T) {
			p := fastTape{&tape{Pipe: port.NewPipe()}}
			m, err := sim.New(p, with(t, "ipr "+ipr))
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			d := &dialog{modem: m, pipe: p.Pipe, host: record(p.Pipe.Dial())}
			d.ok(t, "ATE0")
			p.steps = nil
			d.ok(t, "AT+IPR=9600")
			d.run(t, "reset silent")
			if got := strings.Join(p.steps, ""); got != want {
				t.Errorf("ipr %s: %q, want %q", ipr, got, want)
			}
		})
	}
}

// A freshWire knows nothing of the hosts before, as a socket.
type freshWire struct{ *port.Pipe }

func (w freshWire) Next() (port.Event, error) {
	e, err := w.Pipe.Next()
	if e.Kind == port.Open {
		e.Baud = 0
	}
	return e, err
}

// On a tty the speed stays when its host closes; on a new connection none is set, and any is right.
func TestSpeedOfTheHostBefore(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			d := &dialog{pipe: port.NewPipe()}
			var wire io.ReadWriteCloser = d.pipe
			if fresh {
				wire = freshWire{d.pipe}
			}
			m, err := sim.New(wire, with(t, "baud 9600"))
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			d.host = record(d.pipe.Dial())
			d.host.SetSpeed(1200)
			d.reopen(t)
			d.type_(t, "ATE0\r")
			if ok := string(d.host.take()) == "ATE0\r"+frames("OK"); ok != fresh {
				t.Errorf("a fresh connection: %v, the speed is right: %v", fresh, ok)
			}
		})
	}
}

// A host that reads late still gets the OK to a DTR pulse, and answers, behind the data that was
// sent before.
func TestOnlineCommandModeBehindUnreadData(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wire := port.NewPipe()
		f := sim.RunOn(t, wire)
		f.Put("f", noise(1<<20, 6))
		host := wire.Dial()
		defer host.Close()
		for _, line := range []string{"ATE0&D1", "AT+AIPA=1", `AT+AFTPO="203.0.113.5",21,"user","pass"`, "AT+AFTPPASV=1", `AT+AFTPRETR="f"`} {
			ask(host, line)
		}
		host.Write([]byte("AT+AFTPDATA\r"))
		pass(time.Second) // in which it does not read
		host.SetDTR(false)
		host.SetDTR(true)
		synctest.Wait()
		host.Write([]byte("AT+CSQ\r"))
		synctest.Wait()
		late := record(host)
		synctest.Wait()
		if got := string(late.take()); !strings.HasSuffix(got, frames("OK", "+CSQ: 25,99", "OK")) {
			t.Errorf("%d bytes, the end is %q", len(got), got[max(0, len(got)-40):])
		}
	})
}

// URCs that a DTR pulse holds come when the host shows that it does not care for DTR.
func TestURCBehindForgottenPulse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D2")
		d.host.SetDTR(false)
		d.run(t, "urc HELLO")
		d.want(t, "held", "")
		d.type_(t, "\n")
		d.want(t, "the host sends something", frames("HELLO"))
	})
}

// XOFF counts under &K4 alone, and not behind a restart.
func TestXOFFIsForgotten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0&K4&W")
		d.type_(t, "\x13")
		d.run(t, "reset silent")
		d.expect(t, "AT", "OK")

		d.type_(t, "AT&K0\r\x13")
		d.want(t, "AT&K0", frames("OK"))
		d.ok(t, "AT&K4")
		d.expect(t, "AT", "OK")
	})
}

// XON alone is not input: it neither ends a DTR pulse nor a silence.
func TestXONIsNoInput(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D2&K4")
		d.host.SetDTR(false)
		d.type_(t, "\x11")
		d.host.SetDTR(true)
		d.want(t, "DTR rises", frames("OK"))
	})
}

// In data mode RI alone tells of a call; ATA in online command mode answers it, beside the
// transfer.
func TestRingInDataMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, got := halfDownload(t, "AT&D1")
		d.run(t, "ring 9")
		d.wantSignals(t, "data mode", "CTS DSR DCD RI")
		d.pulseDTR(t, frames("OK"))
		pass(5 * time.Second)
		d.want(t, "online command mode", frames("RING"))
		d.expect(t, "ATA", "OK")
		d.type_(t, "ATO\r")
		pass(time.Minute)
		d.want(t, "ATO", frames("CONNECT")+content[len(got):]+frames("NO CARRIER"))
	})
}

// What input-while-busy keeps has an end.
func TestQueuedInputIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "input-while-busy queued"))
		d.run(t, "on AT+CSQ once delay 1m")
		d.type_(t, "AT+CSQ\r")
		for range 40 {
			d.host.Write(make([]byte, 2000))
			synctest.Wait()
		}
		if n := strings.Count(d.modem.Transcript().String(), "2000 bytes lost, a command was running"); n != 40-(64<<10)/2000 {
			t.Errorf("%d pieces of 2000 bytes were lost", n)
		}
	})
}

// A real line that was opened at another speed is the module's; AT+IPR changes it, and a setting
// does at once.
func TestRealLineSpeedIsTheModules(t *testing.T) {
	for _, c := range []struct{ set, first, rate string }{{"baud any", "", "2400"}, {"baud 9600", "[9600 baud]", "9600"}} {
		bubble(t, func(t *testing.T) {
			p := fastTape{&tape{Pipe: port.NewPipe()}}
			m, err := sim.New(p, with(t, c.set))
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			synctest.Wait()
			if got := strings.Join(p.steps, ""); got != "[CTS]"+c.first {
				t.Errorf("%s: at the start %q", c.set, got)
			}
			d := &dialog{modem: m, pipe: p.Pipe, host: record(p.Pipe.Dial())}
			d.host.SetSpeed(9600)
			d.ok(t, "ATE0")
			d.expect(t, "AT+IPR?", "+IPR: "+c.rate, "OK")
			d.ok(t, "AT+IPR=115200")
			p.steps = nil
			d.run(t, "reset silent")
			if got := strings.Join(p.steps, ""); !strings.HasPrefix(got, "[115200 baud]") {
				t.Errorf("%s: after AT+IPR=115200 %q", c.set, got)
			}
		})
	}
}
