package sim_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// streamModem is a modem that has AT+LOOP, whose streams make makes.
func streamModem(t *testing.T, makeStream func() commands.Stream, options ...sim.Option) *dialog {
	t.Helper()
	row := commands.Row{Name: "+LOOP", Forms: commands.Execute, Do: func(c *commands.Call) error { return c.Connect(makeStream()) }}
	d := startModem(t, append(options, sim.Command(row))...)
	d.type_(t, "ATE0\r")
	pass(time.Second) // for a slow line
	d.host.take()
	return d
}

// A finisher has a last block before its last word.
type finisher struct{ *loop }

func (f finisher) Finish(context.Context) (string, error) {
	f.out.Write([]byte("last block"))
	f.out.Close()
	return "226 Done", nil
}

func TestStreamSendsBehindTheEscape(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := streamModem(t, func() commands.Stream { return finisher{newLoop(commands.EscapeFinishes, new(endings))} })
		d.connect(t)
		d.echoed(t, "x", "x")
		d.echoed(t, "+++", frames("NO CARRIER"))
		d.ok(t, "AT")
	})
}

// Each of several streams goes on when the host has room again.
func TestSeveralStreamsWaitForRoom(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var all sync.WaitGroup
		name := byte('a')
		d := streamModem(t, func() commands.Stream {
			l, text := newLoop(commands.EscapePauses, new(endings)), strings.Repeat(string(name), 100)
			name++
			all.Go(func() {
				for range 20 {
					l.out.Write([]byte(text))
				}
				l.out.Close()
			})
			return l
		}, sim.Baud(9600))
		d.type_(t, "AT+LOOP\r")
		pass(300 * time.Millisecond)
		d.type_(t, "+++AT+LOOP\r")
		pass(20 * time.Second)
		d.type_(t, "ATO\r")
		pass(time.Minute)
		got := string(d.host.take())
		if a, b := strings.Count(got, "a"), strings.Count(got, "b"); a != 2000 || b != 2000 {
			t.Errorf("%d bytes of the first and %d of the second came, want 2000 of each", a, b)
		}
		all.Wait()
	})
}

// What a stall holds does not come between the lines of online command mode.
func TestStallEndsInOnlineCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := streamModem(t, func() commands.Stream {
			l := newLoop(commands.EscapePauses, new(endings))
			time.AfterFunc(5*time.Second, func() { l.out.Write([]byte("DATA")) })
			return l
		})
		d.connect(t)
		d.run(t, "stall 10s")
		pass(6 * time.Second)
		d.echoed(t, "+++", frames("OK"))
		pass(20 * time.Second)
		d.want(t, "the stall ends", "")
		d.type_(t, "ATO\r")
		d.want(t, "ATO", frames("CONNECT")+"DATA")
	})
}

// A stream that is cut in online command mode answers no command.
func TestCutInOnlineCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _ := loopModem(t, commands.EscapePauses, sim.ScenarioText("x.scn", "on AT+CSQ cut"))
		d.connect(t)
		d.echoed(t, "x", "x")
		d.echoed(t, "+++", frames("OK"))
		d.type_(t, "AT+CSQ\r")
		d.want(t, "AT+CSQ", frames("+CSQ: 25,99", "OK", "BUSY"))
	})
}

// A line that has entered data mode has no final result but CONNECT, whatever its function makes of
// the error.
func TestConnectWithoutItsError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		row := commands.Row{Name: "+LOOP", Forms: commands.Execute, Do: func(c *commands.Call) error {
			c.Connect(newLoop(commands.EscapePauses, new(endings)))
			return nil
		}}
		d := startModem(t, sim.Command(row))
		d.ok(t, "ATE0")
		d.connect(t)
		d.echoed(t, "hey", "hey")
	})
}

// What runs beside the command line cannot wait, nor enter data mode.
func TestGoCannotWait(t *testing.T) {
	bubble(t, func(t *testing.T) {
		errs := make(chan error, 3)
		row := commands.Row{Name: "+LATER", Forms: commands.Execute, Do: func(c *commands.Call) error {
			c.Go(func(context.Context) func() {
				return func() {
					_, err := c.Prompt()
					errs <- c.Sleep(time.Hour)
					errs <- c.Connect(newLoop(commands.EscapePauses, new(endings)))
					errs <- err
				}
			})
			return nil
		}}
		d := startModem(t, sim.Command(row))
		d.ok(t, "ATE0")
		d.expect(t, "AT+LATER", "OK")
		for range 3 {
			if err := <-errs; err == nil || !strings.Contains(err.Error(), "only a command that is running") {
				t.Errorf("the error is %v", err)
			}
		}
		d.ok(t, "AT")
	})
}

// set baud auto in data mode leaves the data alone.
func TestBaudAutoInDataMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _ := loopModem(t, commands.EscapePauses)
		d.connect(t)
		d.run(t, "set baud auto")
		d.echoed(t, "hello", "hello")
	})
}

// askRow asks for a text.
var askRow = commands.Row{Name: "+ASK", Forms: commands.Execute, Do: func(c *commands.Call) error {
	text, err := c.Prompt()
	if err == nil {
		c.Answer("+ASK", "%q", text)
	}
	return err
}}

func TestPromptAndLineFeeds(t *testing.T) {
	for _, parts := range [][]string{{"AT+ASK\r\n", "hello\x1a"}, {"AT+ASK\r", "\n", "hello\x1a"}, {"AT+ASK\r\nhello\x1a"}, {"AT+ASK\r", "hello\x1a"}} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Command(askRow))
			d.ok(t, "ATE0")
			for _, part := range parts {
				d.type_(t, part)
			}
			d.want(t, strings.Join(parts, "|"), "\r\n> "+frames(`+ASK: "hello"`, "OK"))
		})
	}
}

// A host that leaves gives its text up; the next one finds a modem that takes commands.
func TestPromptEndsWithItsHost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Command(askRow))
		d.type_(t, "AT+ASK\rhalf a te")
		d.reopen(t)
		d.ok(t, "AT")
	})
}

// An earlier host may have sent the text, or half of it.
func TestTypedPrompt(t *testing.T) {
	for _, c := range []struct{ typed, host, want string }{
		{`type ATE0\rAT+ASK\rabc\x1aAT\r`, "AT\r", frames("OK")},
		{`type ATE0\rAT+ASK\rabc`, "def\x1a", frames(`+ASK: "abcdef"`, "OK")},
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Command(askRow), sim.ScenarioText("x.scn", c.typed))
			pass(time.Second)
			d.host.take()
			d.type_(t, c.host)
			d.want(t, c.typed, c.want)
		})
	}
}

// A long text is cut into rows of the transcript.
func TestPromptRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Command(askRow))
		d.type_(t, "AT+ASK\r")
		d.type_(t, strings.Repeat("a\b", 10_000)+"\x1a")
		for _, row := range d.modem.Transcript() {
			if len(row.Text) > 4096 {
				t.Errorf("a row of %d bytes", len(row.Text))
			}
		}
	})
}

// A scenario that is loaded after a run has its own end.
func TestOverAfterLoad(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.ScenarioText("x.scn", "pass"))
		<-d.modem.Over()
		if err := d.modem.Load(scenarios.Default(), parse(t, "on AT+CSQ pass")); err != nil {
			t.Fatal(err)
		}
		select {
		case <-d.modem.Over():
			t.Fatal("the run of the second scenario is over at once")
		default:
		}
		d.ask(t, "AT+CSQ")
		<-d.modem.Over()
	})
}

func TestJudgeAfterTheEnd(t *testing.T) {
	m, err := sim.New(port.NewPipe(), sim.ScenarioText("x.scn", "expect 1h AT"))
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if v := m.Judge("the test ended"); v.Passed {
				t.Error("passed")
			}
		})
	}
	all.Wait()
}
