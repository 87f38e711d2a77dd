package run

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A personality is what makes a modem this one: its settings, and the rules that it runs. The
// profile comes first, then what is the modem's own in a fleet, then the scenario, then Config.Set.
type personality struct {
	settings scenarios.Settings
	rules    []*scenarios.Script
}

// personality returns that of modem n in a scenario; nil is no scenario.
func (c Config) personality(n int, profile, scenario *scenarios.Script) (personality, error) {
	p := personality{settings: scenarios.Default(), rules: []*scenarios.Script{profile}}
	if err := profile.Apply(&p.settings); err != nil {
		return p, fmt.Errorf("profile: %w", err)
	}
	identify(&p.settings, n)
	if scenario != nil {
		p.rules = append(p.rules, scenario)
		if err := scenario.Apply(&p.settings); err != nil {
			return p, err
		}
	}
	for _, change := range c.Set {
		if err := p.settings.Set(change.Key, change.Value); err != nil {
			return p, fmt.Errorf("set: %w", err)
		}
	}
	return p, nil
}

func (c Config) loadProfile() (*scenarios.Script, error) {
	name := c.Profile
	if name == "" {
		name = DefaultProfile
	}
	profile, err := scenarios.LoadProfile(name)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return profile, nil
}

// checkScenario checks a scenario against the module's commands, those that the profile replies
// to, the speed of the modem's time, and the wire.
func (c Config) checkScenario(scenario, profile *scenarios.Script) error {
	settings := scenarios.Default()
	if err := errors.Join(profile.Apply(&settings), scenario.Apply(&settings)); err != nil {
		return err
	}
	module, err := commands.Module(settings.Commands)
	if err != nil {
		return err
	}
	if err := scenario.Check(append(profile.Replies(), module.Names()...), module.Lacking()); err != nil {
		return err
	}
	if err := scenario.CheckPeriods(cmp.Or(c.Speed, 1)); err != nil || c.Wire.pluggable() {
		return err
	}
	return scenarios.CheckFixedPort(scenario.Rules)
}

// reload returns what modem n takes when a scenario is loaded while it runs: the settings and the
// rules of the same Config with that scenario.
func (c Config) reload(n int, scenario *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
	profile, err := c.loadProfile()
	if err == nil {
		err = c.checkScenario(scenario, profile)
	}
	if err != nil {
		return scenarios.Settings{}, nil, err
	}
	p, err := c.personality(n, profile, scenario)
	if err != nil {
		return scenarios.Settings{}, nil, err
	}
	all := new(scenarios.Script)
	for _, script := range p.rules {
		all.Rules = append(all.Rules, script.Rules...)
	}
	return p.settings, all, nil
}
