package sim

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/exchange"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/transcript"
)

// An Option changes a modem from the default. Options may come in any order; a
// repeated option overrides the earlier one, unless it accumulates, as scenarios,
// faults, observers and single settings do.
//
// These make the modem's settings, each overruling the one before: [Settings],
// [Profile], [Number], the scenarios ([ScenarioFile], [ScenarioText], [Scenario])
// and [Set].
type Option func(*config)

type config struct {
	layers
	commandSet
	ftp      FTPServer
	internet internet.Network // nil: none
	log      *slog.Logger
	records  []transcript.Writer
	seed     uint64
	speed    float64
	baud     int
	faults   []faults.Fault
	observe  []func(Event)
	wrong    error // what is wrong with the options

	exchange *exchange.Exchange // nil: one of its own
}

// newConfig returns what options make of the default.
func newConfig(options []Option) *config {
	c := &config{layers: layers{number: 1}, log: slog.New(slog.DiscardHandler), speed: 1}
	for _, o := range options {
		o(c)
	}
	return c
}

// checked is an option that may be wrong; its error is one of New.
func checked(apply func(*config) error) Option {
	return func(c *config) { c.wrong = errors.Join(c.wrong, apply(c)) }
}

// Settings sets the settings of the module, its SIM and its network; the default is profile
// adh8066. A field out of its range is the error of [New].
func Settings(s scenarios.Settings) Option { return func(c *config) { c.base = &s } }

// Profile makes the modem one of the modules that come with modemsim, such as
// adh8066-2012; [scenarios.Profiles] lists them. An unknown name is the error of
// [New].
func Profile(name string) Option {
	return checked(func(c *config) error {
		profile, err := scenarios.LoadProfile(name)
		if err == nil {
			c.profile = *profile
		}
		return err
	})
}

// Number makes the modem one of several, numbered from 1: its IMEI, IMSI, ICCID and
// address are counted up from those of the profile. A number below 1 is the error
// of [New].
func Number(n int) Option {
	return checked(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("Number(%d): not the number of a modem (1 is the first)", n)
		}
		c.number = n
		return nil
	})
}

// Set sets one setting, whatever profile and scenarios say of it;
// [scenarios.Keys] lists the keys and their values. A wrong one is an error of
// [New].
func Set(key, value string) Option {
	return func(c *config) { c.changes = append(c.changes, [2]string{key, value}) }
}

// ScenarioFile runs a scenario: a file, or the name of one that comes with
// modemsim. Its settings are applied. With several, those of the first come
// first. An error in it is an error of [New].
func ScenarioFile(name string) Option {
	return checked(func(c *config) error { return c.script(scenarios.Load(name)) })
}

// ScenarioText is [ScenarioFile] with the scenario's text. Errors and broken
// expectations are reported as NAME:LINE.
func ScenarioText(name, text string) Option {
	return checked(func(c *config) error { return c.script(scenarios.Parse(name, strings.NewReader(text))) })
}

// Scenario is [ScenarioFile] with a scenario that was read before; nil is one without rules.
func Scenario(s *scenarios.Script) Option {
	return checked(func(c *config) error { return c.script(s, nil) })
}

// Command adds an AT command, or replaces the module's command of the same name. It counts like a
// built-in one: scenarios may name it, AT+CLAC lists it, its test form follows from its parameters,
// and no record shows a [commands.Secret]. What is wrong with the row is the error of [New].
//
// The row's function runs in the modem's own goroutine and must not wait, except by Sleep, Await
// and Prompt of its [commands.Call].
func Command(row commands.Row) Option {
	return func(c *config) { c.rows = append(c.rows, row) }
}

// Commands makes the modem know the commands of a table instead of those of the
// module that the setting commands names. [Command] adds to it. Nil is the error of
// [New].
func Commands(t *commands.Table) Option {
	return checked(func(c *config) error {
		if t == nil {
			return errors.New("Commands(nil): no table (commands.NewTable makes one, commands.Module gives that of a module)")
		}
		c.own = t
		return nil
	})
}

// FTP sets where the module's FTP client connects to; without it no server is
// reached.
func FTP(s FTPServer) Option { return func(c *config) { c.ftp = s } }

// Internet sets the network behind the modem, which is what its sockets reach; without it that is
// where [FTPServer].Dial leads, and no name is known. The FTP client goes where [FTP] says.
func Internet(n internet.Network) Option { return func(c *config) { c.internet = n } }

// Log sets where the modem logs to; the default is nowhere.
func Log(l *slog.Logger) Option { return func(c *config) { c.log = l } }

// TranscriptTo lets the transcript be written to w as it grows, as text. Several add up.
func TranscriptTo(w io.Writer) Option { return RowsTo(transcript.NewTextWriter(w)) }

// RowsTo lets each row of the transcript be given to w as it comes. Several add up.
func RowsTo(w transcript.Writer) Option {
	return func(c *config) { c.records = append(c.records, w) }
}

// Seed sets the seed of every random choice; the default is 0.
func Seed(n uint64) Option { return func(c *config) { c.seed = n } }

// Speed lets modem time run x times faster. x is a number above 0; another one is
// the error of [New].
func Speed(x float64) Option {
	return checked(func(c *config) error {
		if !(x > 0) || math.IsInf(x, 1) {
			return fmt.Errorf("Speed(%g): not a speed (a number above 0; 1 is that of the module)", x)
		}
		c.speed = x
		return nil
	})
}

// Baud paces both directions like a UART at n baud 8N1; 0, the default, is as
// fast as it goes. A number below 0 is the error of [New].
func Baud(n int) Option {
	return checked(func(c *config) error {
		if n < 0 {
			return fmt.Errorf("Baud(%d): not a rate (bits per second, or 0 for as fast as it goes)", n)
		}
		c.baud = n
		return nil
	})
}

// Fault sets a fault of package faults to work, behind those added before: on
// every answer, FTP command or byte from the start on, whatever scenario is
// loaded. What is not a fault is the error of [New].
func Fault(f faults.Fault) Option {
	return checked(func(c *config) error {
		if _, ok := faults.HookOf(f); !ok {
			return fmt.Errorf("Fault(%v): not a fault (a type of package faults, such as faults.Truncated{Target: faults.TheInfo, Bytes: 3})", f)
		}
		c.faults = append(c.faults, f)
		return nil
	})
}

// Observe lets f see every event. It is called from the modem's own goroutine
// and must not call the modem.
func Observe(f func(Event)) Option { return func(c *config) { c.observe = append(c.observe, f) } }
