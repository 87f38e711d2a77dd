package run

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/transcript"
)

// MaxCount is how many modems a fleet has at most: more than a machine has ptys, and few enough
// that identities differ in their last digits.
const MaxCount = 10000

// DefaultProfile is the module that a modem is when nothing else is said.
const DefaultProfile = "adh8066"

// A Config says what a fleet consists of. The zero value is one modem on a pty, with an embedded
// FTP server, an embedded network and without a scenario.
//
// The modems are numbered from 1. Each has an IMEI, IMSI, ICCID, number and address of its own,
// counted up from those of the profile, unless its scenario or Set say otherwise.
type Config struct {
	Count   int    // how many modems; 0 is 1
	Wire    Wire   // what hosts reach them over
	Profile string // which module they are, one of scenarios.Profiles; "" is DefaultProfile

	// Scenarios are what the modems run: one for all of them, or one each. Without any
	// there is no verdict.
	Scenarios []Scenario
	// Set changes settings, in order, and overrules profile and scenarios.
	Set []Setting
	// Commands are AT commands that the modems know beside those of the module, or in their place,
	// as sim.Command has them. All modems call the same functions, each from its own goroutine.
	Commands []commands.Row

	FTP   FTP     // the server that all of them reach
	Net   Net     // the network behind all of them
	Speed float64 // modem time runs so many times faster; 0 is 1
	Baud  int     // pace of the line as on a UART, in bit/s; 0 is as fast as it goes
	Seed  uint64  // of the random choices of modem 1; modem N has Seed + N - 1

	// Control is where the control socket is, as control.Listen takes it; "" is nowhere.
	Control string
	// Log gives the log of a modem; nil is no log.
	Log func(modem int) *slog.Logger
	// Transcript gives what takes the rows of a modem's transcript as they come. Those that are an
	// io.Closer are closed at its end. Nil is nothing.
	Transcript func(modem int) ([]transcript.Writer, error)
}

// A Scenario is a script and its name in messages.
type Scenario struct {
	Name   string
	Script *scenarios.Script
}

// LoadScenario reads a scenario: a file, or the name of one that comes with modemsim.
func LoadScenario(name string) (Scenario, error) {
	script, err := scenarios.Load(name)
	return Scenario{name, script}, err
}

// A Setting is a change of one setting, one of scenarios.Keys.
type Setting struct{ Key, Value string }

// Check reports what is wrong with a Config, as far as that can be known before anything is
// started.
func (c Config) Check() error {
	count := c.count()
	switch {
	case count < 1 || count > MaxCount:
		return fmt.Errorf("%d modems are not 1 to %d", count, MaxCount)
	case len(c.Scenarios) > 1 && len(c.Scenarios) != count:
		return fmt.Errorf("%d scenarios for %d modems: give one for all, or one each", len(c.Scenarios), count)
	}
	if err := c.Wire.check(count); err != nil {
		return err
	}
	if err := c.Net.check(); err != nil {
		return err
	}
	for _, scenario := range c.Scenarios {
		if scenario.Name == "" || scenario.Script == nil {
			return errors.New("a scenario needs a name and a script")
		}
	}
	// Those without a scenario of their own differ in what counts up alone.
	numbered := make(map[string]int)
	for n := 1; n <= max(min(2, count), len(c.Scenarios)); n++ {
		settings, _, err := c.compose(n, c.scenarioOf(n).Script)
		if err != nil {
			return err
		}
		digits := strings.TrimPrefix(settings.Number, "+") // which an exchange compares
		if other := numbered[digits]; other != 0 {
			return &SameNumberError{other, n, settings.Number}
		}
		numbered[digits] = n
	}
	return nil
}

// A SameNumberError says that two modems of a fleet are to have one number, by which the modems of
// a fleet reach each other.
type SameNumberError struct {
	One, Other int // the modems
	Number     string
}

func (e *SameNumberError) Error() string {
	return fmt.Sprintf("modem %d and modem %d have the number %s", e.One, e.Other, e.Number)
}

func (c Config) count() int {
	if c.Count == 0 {
		return 1
	}
	return c.Count
}

// scenarioOf returns the scenario of modem n, which is the only one or its own. Its Script is nil
// when there is none.
func (c Config) scenarioOf(n int) Scenario {
	switch len(c.Scenarios) {
	case 0:
		return Scenario{}
	case 1:
		return c.Scenarios[0]
	}
	return c.Scenarios[n-1]
}

// An Error says which part of a Config or a Program could not be had when it was to start.
type Error struct {
	Part  Part
	Modem int // the number of the modem among several; 0: it is the only one, or all of them
	Err   error
}

// A Part is what an [Error] is about.
type Part string

// The parts that may fail to start.
const (
	PartWire      Part = "wire"
	PartFTP       Part = "FTP"
	PartFTPListen Part = "FTP.Listen"
	PartControl   Part = "control"
	PartProgram   Part = "program"
)

// Error leaves out the name of package port, which reads as that of a TCP port here.
func (e *Error) Error() string {
	return modemPrefix(e.Modem) + strings.TrimPrefix(e.Err.Error(), "port: ")
}

func (e *Error) Unwrap() error { return e.Err }

// ErrGone is the error of a modem that ended by itself.
var ErrGone = errors.New("the modem has ended: its wire failed")

// modemPrefix stands in front of what is said about modem n of several; n is 0 for the only one.
func modemPrefix(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("modem %d: ", n)
}
