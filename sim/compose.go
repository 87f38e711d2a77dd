package sim

import (
	"errors"
	"fmt"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// layers are what the options say about settings and rules.
type layers struct {
	base    *scenarios.Settings // nil: the default
	profile scenarios.Script
	number  int // among several modems
	scripts []*scenarios.Script
	changes [][2]string // key and value
}

// script adds a scenario.
func (l *layers) script(s *scenarios.Script, err error) error {
	if s != nil && err == nil {
		l.scripts = append(l.scripts, s)
	}
	return err
}

// compose returns what the layers come to, or all that is wrong with the options.
func (c *config) compose() (scenarios.Settings, *scenarios.Script, error) {
	settings, rules, err := c.apply()
	return settings, rules, errors.Join(c.wrong, err)
}

// apply applies the layers in their order. It returns the settings and the rules that are left to
// the modem, the profile's first.
func (l *layers) apply() (scenarios.Settings, *scenarios.Script, error) {
	settings := scenarios.Default()
	if l.base != nil {
		settings = *l.base
	}
	if err := settings.Check(); err != nil {
		return settings, nil, err
	}
	rules := &scenarios.Script{Rules: l.profile.Live()}
	err := l.profile.Apply(&settings)
	identify(&settings, l.number)
	for _, script := range l.scripts {
		err = errors.Join(err, script.Apply(&settings))
		rules.Rules = append(rules.Rules, script.Live()...)
	}
	for _, change := range l.changes {
		err = errors.Join(err, settings.Set(change[0], change[1]))
	}
	return settings, rules, err
}

// Compose returns the settings of a modem with these options and the rules that it runs, those of
// the profile first, and reports what [New] would whatever the wire. [Modem.Load] takes both.
// Nothing is started.
func Compose(options ...Option) (scenarios.Settings, *scenarios.Script, error) {
	c := newConfig(options)
	settings, rules, err := c.compose()
	if err == nil {
		_, err = c.check(settings, rules, c.speed)
	}
	return settings, rules, err
}

// A commandSet is the AT commands that the options of a modem give it.
type commandSet struct {
	own  *commands.Table // of the option Commands; nil: those of the setting
	rows []commands.Row  // of the option Command
}

// table returns the commands of a modem with these settings.
func (s commandSet) table(settings scenarios.Settings) (*commands.Table, error) {
	table := s.own
	if table == nil {
		var err error
		if table, err = commands.Module(settings.Commands); err != nil {
			return nil, err
		}
	}
	table, err := table.With(s.rows...)
	if err != nil {
		return nil, fmt.Errorf("sim.Command: %w", err)
	}
	return table, nil
}

// check returns the commands of a modem that is to run these rules under these settings at a speed,
// or what keeps it from that.
func (s commandSet) check(settings scenarios.Settings, rules *scenarios.Script, speed float64) (*commands.Table, error) {
	if err := settings.Check(); err != nil {
		return nil, err
	}
	table, err := s.table(settings)
	if err != nil {
		return nil, err
	}
	return table, errors.Join(rules.Check(table.Names(), table.Lacking()), rules.CheckPeriods(speed))
}
