package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/transcript"
)

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// tcp is a wire at a free port for each modem.
var tcp = Wire{Address: port.Address{Network: "tcp", Host: "127.0.0.1"}}

// parse returns a scenario with the name x.scn.
func parse(t *testing.T, text string) Scenario {
	t.Helper()
	script, err := scenarios.Parse("x.scn", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return Scenario{"x.scn", script}
}

// startFleet starts modems for a test.
func startFleet(t *testing.T, c Config) *Fleet {
	t.Helper()
	f, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// ask sends command lines to a modem over TCP and returns the answers.
func ask(t *testing.T, m *Modem, lines ...string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(m.Path, "tcp:"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	var answers strings.Builder
	in := bufio.NewScanner(c)
	for _, line := range lines {
		if _, err := io.WriteString(c, line+"\r"); err != nil {
			t.Fatal(err)
		}
		for in.Scan() && in.Text() != "OK" && in.Text() != "ERROR" {
			answers.WriteString(in.Text() + "\n")
		}
	}
	return answers.String()
}

// A buffer is a transcript in memory.
type buffer struct {
	mu     sync.Mutex
	text   strings.Builder
	closed bool
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) Close() error { b.closed = true; return nil }

// A fleet needs values alone: no flags, no files, no standard streams.
func TestFleetFromValues(t *testing.T) {
	transcripts := map[int]*buffer{1: {}, 2: {}}
	f := startFleet(t, Config{
		Count: 2, Wire: tcp, Seed: 7, Control: "tcp:127.0.0.1:0",
		Scenarios: []Scenario{parse(t, "set signal 3\nexpect 20s AT+CGSN\n")},
		Set:       []Setting{{"signal", "12"}},
		FTP:       FTP{Listen: "0", Embedded: backend.EmbeddedOptions{User: "ann", Password: "secret"}},
		Transcript: func(modem int) ([]transcript.Writer, error) {
			b := transcripts[modem]
			return []transcript.Writer{struct {
				transcript.Writer
				io.Closer
			}{transcript.NewTextWriter(b), b}}, nil
		},
	})
	if f.FTPAddress() == nil || !strings.HasPrefix(f.ControlAddress(), "tcp:127.0.0.1:") || f.Scenario() != "x.scn" {
		t.Errorf("FTP at %v, control at %q, scenario %q", f.FTPAddress(), f.ControlAddress(), f.Scenario())
	}
	one, two := f.Modems()[0], f.Modems()[1]
	if two.Number != 2 || two.Seed != 8 || two.Path != two.Address.String() || two.Path == one.Path {
		t.Errorf("modem 2 is %+v", two)
	}
	if got := ask(t, one, "AT+CSQ", "AT+CGSN"); !strings.Contains(got, "+CSQ: 12,99\n") || !strings.Contains(got, "001010123456780\n") {
		t.Errorf("modem 1 answers %q", got)
	}
	if got := ask(t, two, "AT+AIPA=1"); !strings.Contains(got, "+AIPA: 1,192.0.2.67,0\n") {
		t.Errorf("modem 2 answers %q", got)
	}
	o := f.Finish(Ending{})
	if !o.Judged() || !o.Failed() || o.FailedModems() != 1 || o.String() != "failed: 1 of 2 modems" {
		t.Errorf("the outcome is %q", o)
	}
	if m := o.Modems[1]; m.Modem != 2 || m.Verdict.Passed || m.Verdict.Seed != 8 || !strings.Contains(m.Exchanges.String(), "> AT+AIPA=1") ||
		!strings.Contains(m.Report, "\nx.scn:2: expected AT+CGSN, but the program ended ") {
		t.Errorf("modem 2 came to %+v", m)
	}
	for n, b := range transcripts {
		if !strings.HasSuffix(b.text.String(), " # end\n") || !b.closed {
			t.Errorf("transcript %d, closed %t: %s", n, b.closed, b.text.String())
		}
	}
	if c, err := net.Dial("tcp", f.ControlAddress()[len("tcp:"):]); err == nil {
		t.Errorf("the control socket answers after the end: %v", c.Close())
	}
}

func TestWait(t *testing.T) {
	t.Run("scenario", func(t *testing.T) {
		f := startFleet(t, Config{Wire: tcp, Scenarios: []Scenario{parse(t, "on AT+CSQ pass\n")}})
		ask(t, f.Modems()[0], "AT+CSQ")
		e, err := f.Wait(t.Context(), nil)
		if e.Cause != ByScenario || err != nil || e.After <= 0 {
			t.Errorf("%+v, %v", e, err)
		}
		if o := f.Finish(e); o.Failed() || o.String() != "passed" {
			t.Errorf("the outcome is %q", o)
		}
	})
	t.Run("context", func(t *testing.T) {
		f := startFleet(t, Config{Wire: tcp})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		e, err := f.Wait(ctx, nil)
		if e.Cause != ByContext || err != nil {
			t.Errorf("%+v, %v", e, err)
		}
		if o := f.Finish(e); o.Judged() || o.Failed() || o.String() != "" {
			t.Errorf("the outcome is %q", o)
		}
	})
	t.Run("modem", func(t *testing.T) {
		f := startFleet(t, Config{Wire: tcp, Count: 2})
		if err := f.Modems()[1].Modem.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Wait(t.Context(), nil); !errors.Is(err, ErrGone) || !strings.HasPrefix(err.Error(), "modem 2: ") {
			t.Errorf("%v", err)
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	good := parse(t, "expect 20s AT+CSQ\n")
	for want, c := range map[string]Config{
		"-1 modems are not 1 to 10000":                              {Count: -1},
		"2 scenarios for 3 modems: give one for all, or one each":   {Count: 3, Scenarios: []Scenario{good, good}},
		"a scenario needs a name and a script":                      {Scenarios: []Scenario{{Name: "x.scn"}}},
		"x.scn:1: the module does not know AT+NOSUCH":               {Scenarios: []Scenario{parse(t, "on AT+NOSUCH once delay 1s\n")}},
		`unknown profile "adh9"`:                                    {Profile: "adh9"},
		`signal: "40" is out of range`:                              {Set: []Setting{{"signal", "40"}}},
		"Speed(-1): not a speed":                                    {Speed: -1},
		"Baud(-1): not a rate":                                      {Baud: -1},
		"sim.Command: +LED has no function (set Do)":                {Commands: []commands.Row{{Name: "+LED", Forms: commands.Execute}}},
		"2 modems need as many paths, and /tmp/modem is one: write": {Count: 2, Wire: Wire{Address: port.Address{Path: "/tmp/modem"}}},
		"there are no 2 ports from 65535 on":                        {Count: 2, Wire: Wire{Address: port.Address{Network: "tcp", Host: "127.0.0.1", Port: 65535}}},
	} {
		_, err := Start(c)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if checked := c.Check(); checked == nil || checked.Error() != err.Error() {
			t.Errorf("Check says %v, Start %v", checked, err)
		}
	}
}

// What cannot be had is named, and nothing is left of the rest.
func TestStartThatFails(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	second := tcp
	second.Address.Port = taken.Addr().(*net.TCPAddr).Port - 1
	for name, c := range map[string]struct {
		config Config
		part   Part
		modem  int
	}{
		"wire":       {Config{Count: 2, Wire: second}, PartWire, 2},
		"control":    {Config{Wire: tcp, Control: "tcp:" + taken.Addr().String()}, PartControl, 0},
		"FTP":        {Config{Wire: tcp, FTP: FTP{Embedded: backend.EmbeddedOptions{Files: "nowhere"}}}, PartFTP, 0},
		"FTP.Listen": {Config{Wire: tcp, FTP: FTP{Listen: taken.Addr().String(), Embedded: backend.EmbeddedOptions{User: "ann", Password: "x"}}}, PartFTPListen, 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Start(c.config)
			e := new(Error)
			if !errors.As(err, &e) || e.Part != c.part || e.Modem != c.modem {
				t.Fatalf("%v", err)
			}
			if c.modem != 0 && !strings.HasPrefix(err.Error(), fmt.Sprintf("modem %d: ", c.modem)) {
				t.Errorf("%v", err)
			}
		})
	}
	if c, err := net.Dial("tcp", second.addressOf(1).String()[len("tcp:"):]); err == nil {
		t.Errorf("modem 1 still answers: %v", c.Close())
	}
}
