package main

import "github.com/spf13/pflag"

func bindControl(flags *pflag.FlagSet, address *string) {
	flags.StringVar(address, "ctl", "", "control socket at `PATH`, for 'modemsim ctl'; or tcp:HOST:PORT")
}
