package sim

import (
	"errors"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A Tester is what RunT needs of a [testing.T].
type Tester interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Failed() bool
}

// A Fixture is a modem on a pty for one test. Its methods may be called from
// any goroutine until the test ends.
type Fixture struct {
	modem  *Modem
	server *backend.Embedded
	path   string
}

// ScenarioFile lets the modem live through a scenario: a file, or the name of
// one that comes with modemsim. Its settings are applied to those given with
// [Settings] before, its rules are the modem's. What is wrong with it is the
// error of [New].
func ScenarioFile(name string) Option {
	return func(c *config) {
		script, err := scenarios.Load(name)
		if err == nil {
			err = script.Check(commandNames())
		}
		if err == nil {
			err = script.Apply(&c.settings)
		}
		if err != nil {
			c.err = errors.Join(c.err, err)
			return
		}
		Scenario(script)(c)
	}
}

// commandNames are the names of the commands that the module knows.
func commandNames() []string {
	var names []string
	for _, row := range commands.All() {
		names = append(names, row.Name)
	}
	return names
}

// RunT starts a modem on a pty, with an embedded FTP server that shows the
// sample files, for as long as a test runs. At the test's end the scenario is
// judged: the test is the host program, its exit code is 0, or 1 when it has
// failed. A verdict that failed fails the test with the line of the scenario,
// what was expected, the last exchanges and the seed. A test that failed by
// itself gets the last exchanges into its log.
//
// Options change the modem as those of [New] do; the seed is 0 unless given.
func RunT(t Tester, options ...Option) *Fixture {
	t.Helper()
	f, err := startFixture(options)
	if err != nil {
		t.Fatalf("sim.RunT: %v", err)
		return nil // for a Tester whose Fatalf returns
	}
	t.Cleanup(func() {
		t.Helper()
		f.end(t)
	})
	return f
}

func startFixture(options []Option) (*Fixture, error) {
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		return nil, err
	}
	tty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	m, err := New(tty, append([]Option{FTP(Embedded(server))}, options...)...)
	if err != nil {
		return nil, errors.Join(err, tty.Close(), server.Close())
	}
	return &Fixture{modem: m, server: server, path: tty.Path()}, nil
}

// end judges the test and closes everything.
func (f *Fixture) end(t Tester) {
	t.Helper()
	code := 0
	if t.Failed() {
		code = 1
	}
	f.modem.Exited(code)
	transcript := f.modem.Transcript() // before the verdict adds to it
	v := f.modem.Judge("the test ended")
	report := v.Report(transcript)
	switch {
	case !v.Passed:
		t.Errorf("the scenario failed\n%s", report)
	case t.Failed():
		t.Logf("the last exchanges:\n%s%s", LastExchanges(transcript, reportRows), report)
	case report != "":
		t.Logf("%s", report)
	}
	if err := errors.Join(f.modem.Close(), f.server.Close()); err != nil {
		t.Errorf("sim.RunT: ending the modem: %v", err)
	}
}

// Path is what the code under test opens, as it would a serial port.
func (f *Fixture) Path() string { return f.path }

// Do runs one line of the scenario language at once, as [Modem.Do] does.
func (f *Fixture) Do(line string) error { return f.modem.Do(line) }

// Stored is a complete upload that the embedded server has got under this
// name, and whether there is one.
func (f *Fixture) Stored(name string) ([]byte, bool) { return f.server.Stored(name) }

// Transcript is the end of what passed the port so far, up to some 256 KiB.
func (f *Fixture) Transcript() string { return f.modem.Transcript() }
