package main

import (
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A world is what a modem is started with: settings, and rules that are left to it. The profile comes first, then what is
// the modem's own in a fleet, then the scenario, then --set and --ip.
type world struct {
	scenario string // as on the command line; "": none, and no verdict
	settings scenarios.Settings
	rules    []*scenarios.Script
}

// prepare finds what is wrong with the flags and the scenarios before anything is started, and makes the world of each
// modem. All live through the only scenario, or each through its own; none is no scenario.
func (f *modemFlags) prepare(names ...string) ([]world, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if len(names) > 1 && len(names) != f.count {
		return nil, wrong("write one for all, or as many as there are modems", "--count %d: got %d scenarios", f.count, len(names))
	}
	scripts := make(map[string]*scenarios.Script)
	for _, name := range names {
		script, err := scenarios.Load(name)
		if err != nil {
			return nil, usage(err)
		}
		scripts[name] = script
	}
	profile, err := f.loadProfile()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := checkCommands(scripts[name], profile.Replies()); err != nil {
			return nil, usage(err)
		}
	}
	var worlds []world
	for n := 1; n <= f.count; n++ {
		name := nameOf(names, n)
		w, err := f.world(n, profile, scripts[name])
		if err != nil {
			return nil, err
		}
		w.scenario = name
		worlds = append(worlds, w)
	}
	return worlds, nil
}

// nameOf is the scenario of modem n, the only one or its own; "" is none.
func nameOf(names []string, n int) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return names[n-1]
}

func (f *modemFlags) loadProfile() (*scenarios.Script, error) {
	profile, err := scenarios.LoadProfile(f.profile)
	if err != nil {
		return nil, wrong("", "--profile: %w", err)
	}
	return profile, nil
}

// world is that of modem n, made by the flags and a scenario; nil is none.
func (f *modemFlags) world(n int, profile, scenario *scenarios.Script) (world, error) {
	w := world{settings: scenarios.Default(), rules: []*scenarios.Script{profile}}
	if err := profile.Apply(&w.settings); err != nil {
		return w, wrong("", "--profile: %w", err)
	}
	identify(&w.settings, n)
	if scenario != nil {
		w.rules = append(w.rules, scenario)
		if err := scenario.Apply(&w.settings); err != nil {
			return w, usage(err)
		}
	}
	return w, f.overrule(&w.settings)
}

// checkCommands checks a scenario against the module's commands and those that a profile replies to.
func checkCommands(scenario *scenarios.Script, replies []string) error {
	return scenario.Check(append(replies, commands.ADH8066().Names()...))
}

// overrule changes settings by --set in order, and then by --ip.
func (f *modemFlags) overrule(s *scenarios.Settings) error {
	for _, change := range f.set {
		key, value, ok := strings.Cut(change, "=")
		if !ok {
			return wrong("write --set KEY=VALUE, such as --set signal=12", "--set %s: there is no =", change)
		}
		if err := s.Set(key, value); err != nil {
			return wrong("'modemsim settings' lists the settings and their values", "--set: %w", err)
		}
	}
	if f.ip == "" {
		return nil
	}
	if err := s.Set("ip", f.ip); err != nil {
		return wrong("", "--%w", err)
	}
	return nil
}
