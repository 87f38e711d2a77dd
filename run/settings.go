package run

import (
	"cmp"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// options return what makes modem n this one, in a scenario: its settings, rules and commands. Nil
// is no scenario.
func (c Config) options(n int, scenario *scenarios.Script) []sim.Option {
	options := []sim.Option{
		sim.Profile(cmp.Or(c.Profile, DefaultProfile)), sim.Number(n), sim.Scenario(scenario),
		sim.Speed(cmp.Or(c.Speed, 1)), sim.Baud(c.Baud),
	}
	for _, change := range c.Set {
		options = append(options, sim.Set(change.Key, change.Value))
	}
	for _, row := range c.Commands {
		options = append(options, sim.Command(row))
	}
	return options
}

// compose returns what modem n takes in a scenario, or what keeps it from that.
func (c Config) compose(n int, scenario *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
	settings, rules, err := sim.Compose(c.options(n, scenario)...)
	if err == nil && !c.Wire.pluggable() {
		err = scenarios.CheckFixedPort(rules.Rules)
	}
	return settings, rules, err
}
