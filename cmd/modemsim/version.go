package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Println("modemsim", versionText())
			return err
		},
	}
}

// versionText is the module's version and the Go release, as the build recorded them.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return moduleVersion()
	}
	return moduleVersion() + " " + info.GoVersion
}

// moduleVersion is "unknown" in a build that recorded nothing, and "(devel)" in one that recorded no version.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	switch {
	case !ok:
		return "unknown"
	case info.Main.Version == "":
		return "(devel)"
	}
	return info.Main.Version
}
