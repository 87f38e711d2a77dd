package sim_test

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

var _ sim.Tester = (*testing.T)(nil)

// trialT is the test that a fixture belongs to, for a test of the fixture.
type trialT struct {
	failed   bool
	errors   []string
	logs     []string
	cleanups []func()
}

func (t *trialT) Helper()          {}
func (t *trialT) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }
func (t *trialT) Failed() bool     { return t.failed }
func (t *trialT) Logf(format string, args ...any) {
	t.logs = append(t.logs, fmt.Sprintf(format, args...))
}

func (t *trialT) Errorf(format string, args ...any) {
	t.failed = true
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

func (t *trialT) Fatalf(format string, args ...any) { t.Errorf(format, args...) }

// end is what package testing does at a test's end.
func (t *trialT) end() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
}

// said is all that the test was told.
func (t *trialT) said() string {
	var b strings.Builder
	for _, text := range append(slices.Clone(t.errors), t.logs...) {
		b.WriteString(strings.TrimSuffix(text, "\n") + "\n")
	}
	return b.String()
}

// A fixtureCase is a test that fails, and what it does with the fixture's host. Its name is that of
// its golden file.
type fixtureCase struct {
	name    string
	options []sim.Option
	test    func(t *trialT, m *sim.Fixture, host *port.Host)
}

// fixtureCases are the ways for a test with a fixture to fail.
var fixtureCases = []fixtureCase{
	{
		"expectation", []sim.Option{sim.Seed(42), sim.Speed(2), sim.ScenarioText("registration.scn", `# The host must wait for the network.
set network searching
on AT+CREG? nth 3 network home
expect 30s gprs:active
`)},
		func(_ *trialT, _ *sim.Fixture, host *port.Host) {
			ask(host, "AT+CREG?")
			time.Sleep(time.Second)
			ask(host, "AT+CREG?")
		},
	},
	{
		"forbidden", []sim.Option{sim.ScenarioFile("activation-slow")},
		func(_ *trialT, _ *sim.Fixture, host *port.Host) {
			ask(host, "AT")
			fmt.Fprint(host, "AT+AIPA=1\r")
			time.Sleep(10 * time.Second)
			ask(host, "AT+AIPA=1")
		},
	},
	{
		"promise", []sim.Option{sim.ScenarioFile("ftp-cut-and-resume")},
		func(_ *trialT, _ *sim.Fixture, host *port.Host) {
			ask(host, "AT+AIPA=1")
			ask(host, `AT+AFTPO="192.0.2.1",21,"user","secret"`)
		},
	},
	{
		"itself", nil,
		func(t *trialT, m *sim.Fixture, host *port.Host) {
			m.Do("set signal 3")
			if answer := ask(host, "AT+CSQ"); answer[1] != "+CSQ: 4,99" {
				t.Errorf("answered %q", answer[1])
			}
		},
	},
	{
		"wait", nil,
		func(_ *trialT, m *sim.Fixture, host *port.Host) {
			ask(host, "AT+AIPA=1")
			m.Wait("ftp:login", time.Minute)
		},
	},
	{"language", []sim.Option{sim.ScenarioText("typo.scn", "# The host must wait.\non AT+AIPA=1 once dleay 45s\n")}, nil},
	{"command", []sim.Option{sim.ScenarioText("typo.scn", "# The host must ask.\nexpect 10s AT+CSG\n")}, nil},
	{"name", []sim.Option{sim.ScenarioFile("ftp-cut-and-resum")}, nil},
	{"options", []sim.Option{sim.Set("signal", "77"), sim.Set("singal", "7"), sim.Profile("adh8060")}, nil},
}

// TestFailingTests compares what a failing test prints with testdata/fixture; go test -update
// writes that. The modem lives in a bubble, so the times are right to the microsecond.
func TestFailingTests(t *testing.T) {
	for _, c := range fixtureCases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				trial := &trialT{}
				wire := port.NewPipe()
				host := wire.Dial()
				m := sim.RunOn(trial, wire, c.options...)
				synctest.Wait() // the modem has seen the host
				if c.test != nil {
					c.test(trial, m, host)
				}
				host.Close()
				synctest.Wait()
				trial.end()
				golden(t, "testdata/fixture/"+c.name+".golden", trial.said())
			})
		})
	}
}

// golden compares a text with a file, or writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it says\n%s\nand %s\n%s", got, name, want)
	}
}

// orders lets f see the options in every order.
func orders(options []sim.Option, f func([]sim.Option)) {
	if len(options) == 0 {
		f(nil)
	}
	for i := range options {
		rest := slices.Delete(slices.Clone(options), i, i+1)
		orders(rest, func(order []sim.Option) { f(append(order, options[i])) })
	}
}

// The layers of settings are the same in any order of the options: Settings, Profile, a scenario,
// Set.
func TestOptionsInAnyOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := scenarios.Default()
		base.Model, base.Revision, base.ColonSpace, base.AIPAExtra = "base", "base", true, 1
		orders([]sim.Option{
			sim.Settings(base),
			sim.Profile("adh8066-2008"), // sets colon-space off
			sim.ScenarioText("own.scn", "set revision own\nset signal 2\non AT+X reply own"),
			sim.Set("signal", "3"),
		}, func(order []sim.Option) {
			wire := port.NewPipe()
			m, err := sim.New(wire, order...)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			host := wire.Dial()
			defer host.Close()
			for line, want := range map[string]string{"AT+CGMM": "base", "AT+CGMR": "own", "AT+CSQ": "+CSQ:3,99", "AT+X": "own", "AT+AIPA=1": "+AIPA:1,192.0.2.66,0,0"} {
				if answer := ask(host, line); answer[1] != want {
					t.Errorf("%s: answered %q, want %q", line, answer[1], want)
				}
			}
		})
	})
}

// Several scenarios all run.
func TestScenariosAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trial := &trialT{}
		wire := port.NewPipe()
		sim.RunOn(trial, wire, sim.ScenarioText("a.scn", "forbid AT+CSQ"), sim.ScenarioText("b.scn", "forbid AT"), sim.ScenarioText("c.scn", "forbid AT+CREG?"))
		host := wire.Dial()
		ask(host, "AT")
		ask(host, "AT+CSQ")
		host.Close()
		trial.end()
		for _, want := range []string{"a.scn:1: forbidden", "b.scn:1: forbidden"} {
			if !strings.Contains(trial.said(), want) {
				t.Errorf("the test says\n%s\nand not %s", trial.said(), want)
			}
		}
		if strings.Contains(trial.said(), "c.scn:1: forbidden, ") {
			t.Errorf("the test says\n%s", trial.said())
		}
	})
}

// What goes wrong in a method fails the test.
func TestFixtureMethodsFailTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, act := range map[string]func(*sim.Fixture){
			`Do("gprs dwon"): live:1: `:                       func(m *sim.Fixture) { m.Do("gprs dwon") },
			`waiting for "ftp:logn": there is no event `:      func(m *sim.Fixture) { m.Wait("ftp:logn", time.Second) },
			`boot did not happen within 2s (last event: boot`: func(m *sim.Fixture) { m.Wait("boot", 2*time.Second) },
			`boot cannot come any more: the modem has ended`: func(m *sim.Fixture) {
				boot := m.Next("boot")
				m.Modem().Close()
				boot(time.Second)
			},
			`Put(".."): `: func(m *sim.Fixture) { m.Put("..", nil) },
		} {
			trial := &trialT{}
			m := sim.RunOn(trial, port.NewPipe())
			synctest.Wait() // it has booted
			act(m)
			if len(trial.errors) != 1 || !strings.HasPrefix(trial.errors[0], want) {
				t.Errorf("errors %q, want %s", trial.errors, want)
			}
			trial.end()
		}
	})
}

func TestFixtureWithoutItsServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trial := &trialT{}
		m := sim.RunOn(trial, port.NewPipe(), sim.FTP(sim.At("127.0.0.1:9")))
		m.Put("a.txt", nil)
		trial.end()
		if len(trial.errors) != 1 || trial.errors[0] != `Put("a.txt"): the modem's FTP server is not an embedded one` {
			t.Errorf("errors %q", trial.errors)
		}
	})
}

// What happens between Next and its wait counts, what was before does not.
func TestFixtureNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := port.NewPipe()
		m := sim.RunOn(t, wire)
		host := wire.Dial()
		defer host.Close()
		ask(host, "AT+CSQ")
		next := m.Next("AT+CSQ")
		far := m.Next("ftp:data@1000")
		ask(host, "AT+CSQ")
		if e := next(time.Second); e.String() != "AT+CSQ" {
			t.Errorf("event %s", e)
		}
		m.Put("big.bin", make([]byte, 4000))
		for _, line := range []string{"AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","secret"`, "AT+AFTPTYPE=0", "AT+AFTPPASV=1", `AT+AFTPRETR="big.bin"`} {
			ask(host, line)
		}
		fmt.Fprint(host, "AT+AFTPDATA\r")
		if e := far(time.Second); e.N != 1000 {
			t.Errorf("event %s", e)
		}
		if path := m.Path(); path != "" {
			t.Errorf("a pipe has the path %q", path)
		}
	})
}

// A wire that is connected to says where.
func TestFixtureOnASocket(t *testing.T) {
	wire, err := port.Listen("tcp:127.0.0.1:0", port.SocketOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := sim.RunOn(t, wire, sim.ScenarioText("own.scn", "expect 10s AT+CSQ"))
	host, err := net.Dial("tcp", strings.TrimPrefix(m.Path(), "tcp:"))
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	if answer := ask(host, "AT+CSQ"); answer[1] != "+CSQ: 25,99" {
		t.Errorf("answered %q", answer)
	}
}
