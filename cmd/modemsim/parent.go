package main

import (
	"github.com/spf13/pflag"
)

func bindParent(flags *pflag.FlagSet, parent *bool) {
	flags.BoolVar(parent, "with-parent", false, "end when the process that started modemsim ends (Linux)")
}

// bindToParent makes modemsim end with its parent when asked to.
func bindToParent(parent bool) error {
	if !parent {
		return nil
	}
	return endWithParent()
}
