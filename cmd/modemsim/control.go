package main

import (
	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/scenarios"
)

// controlEnv tells the program under exec where the control socket is, and is
// where ctl looks for it.
const controlEnv = "MODEMSIM_CTL"

func bindControl(flags *pflag.FlagSet, address *string) {
	flags.StringVar(address, "ctl", "", "control socket at `PATH`, for 'modemsim ctl'; or tcp:HOST:PORT")
}

// listenControl opens the control socket. It ends after the modem, so that those who
// follow the transcript see its end.
func (f *modemFlags) listenControl(s *station) (err error) {
	if f.ctl == "" {
		return nil
	}
	if s.ctl, err = control.Listen(f.ctl); err != nil {
		return wrong("", "--ctl: %w", err)
	}
	s.opened = append(s.opened, s.ctl)
	return nil
}

// serveControl answers for the station's modem.
func (f *modemFlags) serveControl(s *station) {
	if s.ctl != nil {
		s.ctl.Serve(&control.Modem{Modem: s.modem, Prepare: f.reload})
	}
}

// reload is what a modem takes when a scenario is loaded while it runs: with
// the profile and the flags that it was started with.
func (f *modemFlags) reload(script *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
	w, err := f.world(script)
	all := new(scenarios.Script)
	for _, s := range w.rules {
		all.Rules = append(all.Rules, s.Rules...)
	}
	return w.settings, all, err
}

// controlAddress is where the control socket is; "": nowhere.
func (s *station) controlAddress() string {
	if s.ctl == nil {
		return ""
	}
	return s.ctl.Address()
}
