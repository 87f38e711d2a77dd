package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/transcript"
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

// A Fixture is a modem for one test, with an FTP server and a network of its own.
//
// What goes wrong in a method of a Fixture fails the test at once, so the
// methods that can fail are called from the test's goroutine (see
// [testing.T.FailNow]): Do, Put, Wait and Next. The others may be called from
// any. Those of [Fixture.Modem] return errors instead.
type Fixture struct {
	t       Tester
	modem   *Modem
	server  *backend.Embedded
	network *internet.Embedded
	path    string
	began   time.Time
}

// RunT starts a modem on a pty, with an embedded FTP server that shows the
// sample files and an embedded network ([internet.Embedded]) that shows them too,
// for as long as a test runs. Tests that run in parallel may have one each.
//
// At the test's end, after what it has deferred, the scenario is judged: the
// test is the host program, its exit code is 0, or 1 when it has failed. A
// verdict that failed fails the test with the line of the scenario, what was
// expected, the last exchanges and the seed. A test that failed by itself gets
// the last exchanges into its log.
//
// Options change the modem as those of [New] do. Inside a bubble of
// testing/synctest the test fails at once: [RunOn] works there.
func RunT(t Tester, options ...Option) *Fixture {
	t.Helper()
	if inBubble() {
		t.Fatalf("sim.RunT: a read of a pty stops the clock of a testing/synctest bubble: use sim.RunOn(t, port.NewPipe()) here, whose Dial is the host's end")
		return nil // for a Tester whose Fatalf returns
	}
	tty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		t.Fatalf("sim.RunT: %v; sim.RunOn takes other wires: port.NewPipe(), or port.Listen of tcp:127.0.0.1:0", err)
		return nil
	}
	return run(t, "sim.RunT", tty, options)
}

// RunOn is [RunT] on a wire of the caller's, which is closed at the test's end.
// On a [port.Pipe], whose Dial is the host's end, all of it may run in a bubble
// of testing/synctest.
func RunOn(t Tester, wire io.ReadWriteCloser, options ...Option) *Fixture {
	t.Helper()
	return run(t, "sim.RunOn", wire, options)
}

// run does the work of RunT and RunOn; caller is how their errors begin.
func run(t Tester, caller string, wire io.ReadWriteCloser, options []Option) *Fixture {
	t.Helper()
	f, err := startFixture(wire, options)
	if err != nil {
		t.Fatalf("%s: %v", caller, errors.Join(err, wire.Close()))
		return nil
	}
	f.t = t
	t.Cleanup(func() {
		t.Helper()
		f.judge()
		if err := errors.Join(f.modem.Close(), f.network.Close(), f.server.Close()); err != nil {
			t.Errorf("%s: ending the modem: %v", caller, err)
		}
	})
	return f
}

func startFixture(wire io.ReadWriteCloser, options []Option) (*Fixture, error) {
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		return nil, err
	}
	network := internet.NewEmbedded(internet.Options{Files: server})
	m, err := New(wire, append([]Option{FTP(Embedded(server)), Internet(network)}, options...)...)
	if err != nil {
		return nil, errors.Join(err, network.Close(), server.Close())
	}
	f := &Fixture{modem: m, server: server, network: network, began: time.Now()}
	if w, ok := wire.(port.Pather); ok {
		f.path = w.Path()
	}
	return f, nil
}

// judge gives the test its verdict.
func (f *Fixture) judge() {
	f.t.Helper()
	why := fmt.Sprintf("the test ended after %v", time.Since(f.began).Round(time.Millisecond))
	code := 0
	if f.t.Failed() {
		code = 1
	}
	f.modem.Exited(context.Background(), code) // that of the test is over
	rows := f.modem.Transcript()               // before the verdict adds to it
	v := f.modem.Judge(why)
	report := v.Report(rows)
	switch {
	case !v.Passed:
		f.t.Errorf("the scenario failed:\n%s", report)
	case f.t.Failed():
		f.t.Logf("%s%s", v.circumstances(rows), report)
	case report != "":
		f.t.Logf("%s", report)
	}
}

// Path is what the code under test opens, as it would a serial port. For other
// wires it is their Path, or empty when they have none.
func (f *Fixture) Path() string { return f.path }

// Modem is the modem itself.
func (f *Fixture) Modem() *Modem { return f.modem }

// State returns a snapshot of the modem.
func (f *Fixture) State() State { return f.modem.State() }

// Transcript returns the end of what passed the port so far, up to some 256 KiB of text, which its
// String is. For all of it as it comes, start with [TranscriptTo] the test's Output.
func (f *Fixture) Transcript() transcript.Rows { return f.modem.Transcript() }

// Do runs one line of the scenario language at once, as [Modem.Do] does.
func (f *Fixture) Do(line string) {
	f.t.Helper()
	if err := f.modem.Do(line); err != nil {
		f.t.Fatalf("Do(%q): %v", line, err)
	}
}

// Put puts a file on the FTP server, or replaces one there.
func (f *Fixture) Put(name string, content []byte) {
	f.t.Helper()
	if f.modem.ftp.Put == nil {
		f.t.Fatalf("Put(%q): the modem's FTP server is not an embedded one", name)
		return
	}
	if err := f.modem.ftp.Put(name, content); err != nil {
		f.t.Fatalf("Put(%q): %v", name, err)
	}
}

// Stored returns the complete upload of this name that the fixture's own FTP
// server has received, and whether there is one.
func (f *Fixture) Stored(name string) ([]byte, bool) { return f.server.Stored(name) }

// Wait waits until an event happens, written as in a scenario: "ftp:done",
// "AT+AIPA=1". The test fails when it has not happened after d. An event that may
// happen before Wait is called needs [Fixture.Next].
func (f *Fixture) Wait(event string, d time.Duration) Event {
	f.t.Helper()
	return f.Next(event)(d)
}

// Next is [Fixture.Wait] in two steps: from its return on the event counts, and
// the function that it returns, called once, waits for it.
//
//	login := m.Next("ftp:login")
//	go fetch(m.Path())
//	login(10 * time.Second)
func (f *Fixture) Next(event string) (wait func(d time.Duration) Event) {
	f.t.Helper()
	w, err := f.modem.expect(event)
	if err != nil {
		f.t.Fatalf("waiting for %q: %v", event, err)
		return func(time.Duration) Event { return Event{} }
	}
	return func(d time.Duration) (met Event) {
		f.t.Helper()
		select {
		case met = <-w.met:
		case <-time.After(d):
			f.modem.forget(w)
			f.t.Fatalf("%s did not happen within %v (last event: %s)", event, d, f.modem.State().LastEvent)
		case <-f.modem.Done():
			f.t.Fatalf("%s cannot come any more: %v", event, errEnded)
		}
		return met
	}
}
