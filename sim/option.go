package sim

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/transcript"
)

// An Option changes a modem from the default. Options may come in any order; a
// repeated option overrides the earlier one, unless it accumulates, as scenarios,
// faults, observers and single settings do.
//
// Four of them make the modem's settings, each overruling the one before:
// [Settings], [Profile], the scenarios ([ScenarioFile], [ScenarioText]) and [Set].
type Option func(*config)

type config struct {
	layers
	ftp     FTPServer
	log     *slog.Logger
	records []transcript.Writer
	seed    uint64
	speed   float64
	baud    int
	faults  []faults.Fault
	observe []func(Event)
}

// layers are what the options say about settings, rules and commands.
type layers struct {
	base     *scenarios.Settings // nil: the default
	profile  scenarios.Script
	scripts  []*scenarios.Script // whose settings count
	plain    []*scenarios.Script // whose settings do not
	rules    []*scenarios.Rule   // of all scenarios
	changes  [][2]string         // key and value
	rows     []commands.Row      // of sim.Command
	commands *commands.Table     // of sim.Commands; nil: those of the setting
	wrong    error               // what is wrong with the options
}

// layer is an option that changes the layers; its error is one of New.
func layer(add func(*layers) error) Option {
	return func(c *config) { c.wrong = errors.Join(c.wrong, add(&c.layers)) }
}

// compose applies the layers of settings in their order, makes the table of the
// module that they name, with the commands of the options, and checks the
// scenarios against it.
func (l *layers) compose() (scenarios.Settings, *commands.Table, error) {
	settings := scenarios.Default()
	if l.base != nil {
		settings = *l.base
	}
	err := errors.Join(l.wrong, l.profile.Apply(&settings))
	for _, script := range l.scripts {
		err = errors.Join(err, script.Apply(&settings))
	}
	for _, change := range l.changes {
		err = errors.Join(err, settings.Set(change[0], change[1]))
	}
	if err != nil {
		return settings, nil, err
	}
	if err := settings.Check(); err != nil {
		return settings, nil, err
	}
	table, err := l.table(settings.Commands)
	if err != nil {
		return settings, nil, err
	}
	known := append(l.profile.Replies(), table.Names()...)
	for _, script := range slices.Concat(l.scripts, l.plain) {
		err = errors.Join(err, script.Check(known, table.Lacking()))
	}
	return settings, table, err
}

// table returns the commands of a module with those of the options.
func (l *layers) table(module string) (*commands.Table, error) {
	if l.commands != nil {
		return l.commands.With(l.rows...)
	}
	table, err := commands.Module(module)
	if err != nil {
		return nil, err
	}
	if table, err = table.With(l.rows...); err != nil {
		return nil, fmt.Errorf("sim.Command: %w", err)
	}
	return table, nil
}

// live are the rules, the profile's first.
func (l *layers) live() []*scenarios.Rule { return append(l.profile.Live(), l.rules...) }

// Settings sets the world and the module's variant; the default is profile
// adh8066.
func Settings(s scenarios.Settings) Option {
	return layer(func(l *layers) error { l.base = &s; return nil })
}

// Profile makes the modem one of the modules that come with modemsim, such as
// adh8066-2012; [scenarios.Profiles] lists them. An unknown name is the error of
// [New].
func Profile(name string) Option {
	return layer(func(l *layers) error {
		profile, err := scenarios.LoadProfile(name)
		if err == nil {
			l.profile = *profile
		}
		return err
	})
}

// Set sets one setting, whatever profile and scenarios say of it;
// [scenarios.Keys] lists the keys and their values. A wrong one is an error of
// [New].
func Set(key, value string) Option {
	return layer(func(l *layers) error { l.changes = append(l.changes, [2]string{key, value}); return nil })
}

// ScenarioFile runs a scenario: a file, or the name of one that comes with
// modemsim. Its settings are applied. With several, those of the first come
// first. An error in it is an error of [New].
func ScenarioFile(name string) Option {
	return layer(func(l *layers) error { return l.script(scenarios.Load(name)) })
}

// ScenarioText is [ScenarioFile] with the scenario's text. Errors and broken
// expectations are reported as NAME:LINE.
func ScenarioText(name, text string) Option {
	return layer(func(l *layers) error { return l.script(scenarios.Parse(name, strings.NewReader(text))) })
}

// script adds a scenario.
func (l *layers) script(s *scenarios.Script, err error) error {
	if err != nil {
		return err
	}
	l.scripts = append(l.scripts, s)
	l.rules = append(l.rules, s.Live()...)
	return nil
}

// Command adds an AT command, or replaces the module's command of the same name. It counts like a
// built-in one: scenarios may name it, AT+CLAC lists it, its test form follows from its parameters,
// and no record shows a [commands.Secret]. What is wrong with the row is the error of [New].
//
// The row's function runs in the modem's own goroutine and must not wait, except by Sleep, Await
// and Prompt of its [commands.Call].
func Command(row commands.Row) Option {
	return layer(func(l *layers) error { l.rows = append(l.rows, row); return nil })
}

// Commands makes the modem know the commands of a table instead of those of the
// module that the setting commands names. [Command] adds to it.
func Commands(t *commands.Table) Option {
	return layer(func(l *layers) error { l.commands = t; return nil })
}

// FTP sets where the module's FTP client connects to; without it no server is
// reached.
func FTP(s FTPServer) Option { return func(c *config) { c.ftp = s } }

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
	return func(c *config) {
		c.speed = x
		if !(x > 0) || math.IsInf(x, 1) {
			c.wrong = errors.Join(c.wrong, fmt.Errorf("Speed(%g): not a speed (a number above 0; 1 is that of the module)", x))
		}
	}
}

// Baud paces both directions like a UART at n baud 8N1; 0, the default, is as
// fast as it goes. A number below 0 is the error of [New].
func Baud(n int) Option {
	return func(c *config) {
		c.baud = n
		if n < 0 {
			c.wrong = errors.Join(c.wrong, fmt.Errorf("Baud(%d): not a rate (bits per second, or 0 for as fast as it goes)", n))
		}
	}
}

// Fault sets a fault of package faults to work, behind those added before: on
// every answer, FTP command or byte from the start on, whatever scenario is
// loaded. What is not a fault is the error of [New].
func Fault(f faults.Fault) Option {
	return func(c *config) {
		c.faults = append(c.faults, f)
		if _, ok := faults.HookOf(f); !ok {
			c.wrong = errors.Join(c.wrong,
				fmt.Errorf("Fault(%v): not a fault (a type of package faults, such as faults.Truncated{Target: faults.TheInfo, Bytes: 3})", f))
		}
	}
}

// Scenario sets the rules that the modem runs; nil are none. Its settings are not
// applied: [scenarios.Script.Apply] them to those given with [Settings].
func Scenario(s *scenarios.Script) Option {
	return layer(func(l *layers) error {
		if s != nil {
			l.plain, l.rules = append(l.plain, s), append(l.rules, s.Live()...)
		}
		return nil
	})
}

// Observe lets f see every event. It is called from the modem's own goroutine
// and must not call the modem.
func Observe(f func(Event)) Option { return func(c *config) { c.observe = append(c.observe, f) } }
