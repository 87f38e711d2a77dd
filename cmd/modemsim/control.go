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
func (f *modemFlags) listenControl(fl *fleet) (err error) {
	if f.ctl == "" {
		return nil
	}
	if fl.ctl, err = control.Listen(f.ctl); err != nil {
		return wrong("", "--ctl: %w", err)
	}
	fl.opened = append(fl.opened, fl.ctl)
	return nil
}

// serveControl answers for the fleet's modems.
func (f *modemFlags) serveControl(fl *fleet) {
	if fl.ctl == nil {
		return
	}
	var modems []*control.Modem
	for _, s := range fl.stations {
		modems = append(modems, &control.Modem{Modem: s.modem, Prepare: func(script *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
			return f.reload(s.number, script)
		}})
	}
	fl.ctl.Serve(modems...)
}

// reload is what modem n takes when a scenario is loaded while it runs: with
// the profile and the flags that it was started with.
func (f *modemFlags) reload(n int, script *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
	profile, err := f.loadProfile()
	if err == nil {
		err = checkCommands(script, profile.Replies())
	}
	if err != nil {
		return scenarios.Settings{}, nil, err
	}
	w, err := f.world(n, profile, script)
	all := new(scenarios.Script)
	for _, s := range w.rules {
		all.Rules = append(all.Rules, s.Rules...)
	}
	return w.settings, all, err
}

// controlAddress is where the control socket is; "": nowhere.
func (fl *fleet) controlAddress() string {
	if fl.ctl == nil {
		return ""
	}
	return fl.ctl.Address()
}
