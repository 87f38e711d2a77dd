package sim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// A loop is a stream that brings the host what it sent. At "bye" the far end
// has sent everything, at "die" it fails.
type loop struct {
	in     *io.PipeReader
	out    *io.PipeWriter
	escape commands.Escape
	log    *endings
	abort  sync.Once
}

// endings are how loops ended. Abort runs beside the modem, so that the order
// is left to chance: they are taken sorted.
type endings struct {
	mu   sync.Mutex
	text []string
}

func (e *endings) add(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.text = append(e.text, text)
}

func (e *endings) take() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	slices.Sort(e.text)
	text := strings.Join(e.text, ", ")
	e.text = nil
	return text
}

func newLoop(escape commands.Escape, log *endings) *loop {
	l := &loop{escape: escape, log: log}
	l.in, l.out = io.Pipe()
	return l
}

func (l *loop) Read(p []byte) (int, error) { return l.in.Read(p) }

func (l *loop) Write(p []byte) (int, error) {
	switch {
	case bytes.HasSuffix(p, []byte("bye")):
		return len(p), l.out.Close()
	case bytes.HasSuffix(p, []byte("die")):
		return len(p), l.out.CloseWithError(errors.New("the loop is broken"))
	}
	return l.out.Write(p)
}

func (l *loop) Finish(context.Context) (string, error) {
	l.out.Close()
	return "226 Good bye", nil
}

func (l *loop) Abort(why commands.Cause) (string, error) {
	l.abort.Do(func() {
		l.log.add(why.String())
		l.out.CloseWithError(errors.New(why.String()))
	})
	return "", nil
}

func (l *loop) Traits() commands.Traits {
	return commands.Traits{
		Kind: "loop", ToHost: true, FromHost: true, Size: -1, Escape: l.escape,
		Events: commands.StreamEvents{Data: "loop:data", Cut: "loop:cut", Done: "loop:done"},
	}
}

func (l *loop) Result(why commands.Cause, err error) commands.Final {
	if err != nil {
		return commands.Busy
	}
	return commands.NoCarrier
}

func (l *loop) Left(commands.Cause, <-chan struct{}) { l.log.add("left") }

// loopModem is a modem that has AT+LOOP, which enters data mode with a loop.
func loopModem(t *testing.T, escape commands.Escape, options ...sim.Option) (*dialog, *endings) {
	t.Helper()
	log := new(endings)
	row := commands.Row{Name: "+LOOP", Forms: commands.Execute, Doc: "a stream that comes back", Do: func(c *commands.Call) error {
		return c.Connect(newLoop(escape, log))
	}}
	d := startModem(t, append(options, sim.Command(row))...)
	d.ok(t, "ATE0")
	return d, log
}

// connect enters data mode with a loop.
func (d *dialog) connect(t *testing.T) {
	t.Helper()
	d.expect(t, "AT+LOOP", "CONNECT")
}

// echoed sends data and fails unless this comes back.
func (d *dialog) echoed(t *testing.T, data, want string) {
	t.Helper()
	d.type_(t, data)
	d.want(t, data, want)
}

func TestStreamPauses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, ends := loopModem(t, commands.EscapePauses)
		d.wantSignals(t, "before", "CTS")
		d.connect(t)
		d.wantSignals(t, "data mode", "CTS DSR DCD")
		d.echoed(t, "hello", "hello")
		d.echoed(t, "one+++AT+CSQ\r", frames("OK", "+CSQ: 25,99", "OK")) // what came back last waits
		d.wantSignals(t, "online command mode", "CTS DSR DCD")
		d.run(t, "urc +TICK")
		d.want(t, "a URC in online command mode", frames("+TICK"))
		d.type_(t, "ATO\r")
		d.want(t, "ATO", frames("CONNECT")+"one")
		d.echoed(t, "two", "two")
		d.run(t, "urc +TICK")
		d.want(t, "a URC in data mode", "")
		d.type_(t, "+++")
		d.want(t, "+++", frames("OK", "+TICK"))
		d.expect(t, "ATH", "OK")
		d.wantSignals(t, "ATH", "CTS")
		pass(time.Second)
		if got, want := ends.take(), "hanging up, left"; got != want {
			t.Errorf("the stream ended by %q, want %q", got, want)
		}
		d.expect(t, "ATO", "NO CARRIER")
	})
}

func TestStreamEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		escape commands.Escape
		data   string // of the host
		rule   string // runs then
		want   string // comes then
		ends   string
		event  string // the last, and its number
	}{
		{"the far end is done", commands.EscapePauses, "xbye", "", frames("NO CARRIER"), "left", "loop:done 4"},
		{"the far end fails", commands.EscapePauses, "xdie", "", frames("BUSY"), "left, the far end", "loop:cut 4"},
		{"the escape sequence finishes", commands.EscapeFinishes, "x+++", "", "x" + frames("NO CARRIER"), "left", "loop:done 2"},
		{"the far end is done before it", commands.EscapeFinishes, "bye", "", frames("NO CARRIER"), "left", "loop:cut 3"},
		{"the escape sequence aborts", commands.EscapeAborts, "x+++", "", "x" + frames("NO CARRIER"), "left, the host", "escape 0"},
		{"a cut", commands.EscapePauses, "x", "cut", "x" + frames("BUSY"), "a cut of the data connection, left", "loop:cut 2"},
		{"the bearer is lost", commands.EscapePauses, "x", "gprs down", "x" + frames("NO CARRIER"), "left, loss of the bearer", "loop:cut 2"},
		{"a reset", commands.EscapePauses, "x", "reset silent", "x", "left, the module's restart or end", "boot 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var last sim.Event
				d, ends := loopModem(t, c.escape, sim.Observe(func(e sim.Event) {
					if e.Kind != "network" {
						last = e
					}
				}))
				d.ok(t, "AT+AIPA=1")
				d.connect(t)
				data, escape, _ := strings.Cut(c.data, "+")
				d.type_(t, data)
				if escape != "" {
					d.type_(t, "+++")
				}
				if c.rule != "" {
					d.run(t, c.rule)
				}
				pass(time.Second)
				d.want(t, c.data, c.want)
				if got := ends.take(); got != c.ends {
					t.Errorf("the stream ended by %q, want %q", got, c.ends)
				}
				d.modem.State() // behind the last event
				if got := fmt.Sprintf("%s %d", last.Kind, last.N); got != c.event {
					t.Errorf("the last event is %q, want %q", got, c.event)
				}
				d.wantSignals(t, "behind it", "CTS")
			})
		})
	}
}

// Pacing, stalls, damage and cuts know streams only.
func TestStreamUnderFaults(t *testing.T) {
	for _, c := range []struct {
		rule string
		want string // of 20 bytes, after a second
		rest string // after a minute
	}{
		{"slow 10", "abcdefghij", "abcdefghijklmnopqrst"},
		{"stall 5s", "", "abcdefghijklmnopqrst"},
		{"cut 30", "abcdefghij" + frames("BUSY"), "abcdefghij" + frames("BUSY")},
		{"gprs down silent", "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d, _ := loopModem(t, commands.EscapePauses)
				d.ok(t, "AT+AIPA=1")
				d.connect(t)
				d.run(t, c.rule)
				d.type_(t, "abcdefghijklmnopqrst")
				pass(time.Second - time.Millisecond)
				got := string(d.host.take())
				if len(got) > len(c.want) || !strings.HasPrefix(c.rest, got) {
					t.Errorf("after a second %q has come, want no more than %q", got, c.want)
				}
				pass(time.Minute)
				if got += string(d.host.take()); got != c.rest {
					t.Errorf("after a minute %q has come, want %q", got, c.rest)
				}
			})
		})
	}
	bubble(t, func(t *testing.T) {
		d, _ := loopModem(t, commands.EscapePauses)
		d.connect(t)
		d.run(t, "lose 5")
		sent := strings.Repeat("abcdefghij", 100)
		d.type_(t, sent)
		pass(time.Second)
		got := string(d.host.take())
		if len(got) == len(sent) || len(got) < len(sent)/2 {
			t.Errorf("%d of %d bytes came back through a line that loses every fifth on average", len(got), len(sent))
		}
	})
}

// A modem holds several streams, one of them in data mode.
func TestSeveralStreams(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, ends := loopModem(t, commands.EscapePauses)
		for i := range 3 {
			d.connect(t)
			text := fmt.Sprintf("stream %d", i)
			d.echoed(t, text, text)
			d.echoed(t, "+++", frames("OK"))
		}
		d.expect(t, "ATO", "CONNECT")
		d.echoed(t, "bye", frames("NO CARRIER"))
		d.wantSignals(t, "two are left", "CTS DSR DCD")
		d.expect(t, "ATO", "CONNECT")
		d.host.Close() // DTR, &D2
		d.reopen(t)
		pass(time.Second)
		d.host.take()
		d.expect(t, "ATO", "CONNECT")
		d.echoed(t, "+++", frames("OK"))
		d.expect(t, "ATH", "OK")
		d.expect(t, "ATO", "NO CARRIER")
		pass(time.Second)
		if got, want := ends.take(), "hanging up, hanging up, left, left, left"; got != want {
			t.Errorf("the streams ended by %q, want %q", got, want)
		}
	})
}

// A text prompt is a mode of the input; URCs wait for its end.
func TestPrompt(t *testing.T) {
	row := commands.Row{Name: "+ASK", Forms: commands.Execute, Doc: "asks for a text", Do: func(c *commands.Call) error {
		text, err := c.Prompt()
		if errors.Is(err, commands.ErrAborted) {
			return nil
		}
		if err != nil {
			return err
		}
		c.Answer("+ASK", "%q", text)
		return nil
	}}
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Command(row))
		d.ok(t, "ATE0")
		d.type_(t, "AT+ASK\r")
		d.want(t, "AT+ASK", "\r\n> ")
		d.type_(t, "two lines\rof texr\bt")
		d.run(t, "urc +TICK")
		d.want(t, "a URC", "")
		d.type_(t, "\x1a")
		d.want(t, "Ctrl-Z", frames(`+ASK: "two lines\rof text"`, "OK", "+TICK"))
		d.type_(t, "AT+ASK\rabc\x1bAT\r") // in one piece; the last command comes too early
		d.want(t, "ESC", "\r\n> "+frames("OK"))
		d.ok(t, "ATE1")
		d.type_(t, "AT+ASK\rabc\x1a")
		d.want(t, "an echo", "AT+ASK\r\r\n> abc\x1a"+frames(`+ASK: "abc"`, "OK"))
		d.ok(t, "ATE0")
		d.run(t, "on AT+ASK drop final")
		d.type_(t, "AT+ASK\rabc\x1a")
		d.want(t, "a fault on the answer", "\r\n> "+frames(`+ASK: "abc"`))
		d.type_(t, "AT+ASK\rabc")
		d.want(t, "half a text", "\r\n> ")
		d.run(t, "reset silent")
		pass(time.Second)
		d.host.take()
		d.ok(t, "AT")
	})
}

// What runs beside the command line ends in a URC.
func TestGo(t *testing.T) {
	row := commands.Row{Name: "+LATER", Forms: commands.Execute, Doc: "reports later", Do: func(c *commands.Call) error {
		c.Go(func(ctx context.Context) func() {
			select {
			case <-time.After(5 * time.Second):
				return func() { c.URC("+LATER: done") }
			case <-ctx.Done():
				return nil
			}
		})
		return nil
	}}
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Command(row))
		d.ok(t, "ATE0")
		d.expect(t, "AT+LATER", "OK")
		d.expect(t, "AT+CSQ", "+CSQ: 25,99", "OK")
		pass(5 * time.Second)
		d.want(t, "5 s later", frames("+LATER: done"))
		d.expect(t, "AT+LATER", "OK") // the modem's end does not wait for it
	})
}
