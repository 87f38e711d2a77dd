package main

import (
	"strings"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// A world is what a modem is started with: settings, and rules that are left to it. The profile comes first, then the
// scenario, then --set and --ip.
type world struct {
	scenario string // as on the command line; "": none, and no verdict
	settings scenarios.Settings
	rules    []*scenarios.Script
}

// prepare finds what is wrong with the flags and the scenario before anything is started. "" is no scenario.
func (f *modemFlags) prepare(scenario string) (world, error) {
	if err := f.check(); err != nil {
		return world{}, err
	}
	var script *scenarios.Script
	if scenario != "" {
		var err error
		if script, err = scenarios.Load(scenario); err != nil {
			return world{}, usage(err)
		}
	}
	w, err := f.world(script)
	w.scenario = scenario
	return w, err
}

// world is made by the flags and a scenario; nil is none.
func (f *modemFlags) world(scenario *scenarios.Script) (world, error) {
	w := world{settings: scenarios.Default()}
	profile, err := scenarios.LoadProfile(f.profile)
	if err == nil {
		err = w.add(profile)
	}
	if err != nil {
		return w, wrong("", "--profile: %w", err)
	}
	if scenario != nil {
		err := checkCommands(scenario, profile.Replies())
		if err == nil {
			err = w.add(scenario)
		}
		if err != nil {
			return w, usage(err)
		}
	}
	return w, f.overrule(&w.settings)
}

// add applies a script's settings and keeps its rules.
func (w *world) add(s *scenarios.Script) error {
	w.rules = append(w.rules, s)
	return s.Apply(&w.settings)
}

// checkCommands checks a scenario against the module's commands and those that a profile replies to.
func checkCommands(scenario *scenarios.Script, replies []string) error {
	known := replies
	for _, row := range commands.All() {
		known = append(known, row.Name)
	}
	return scenario.Check(known)
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
