package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what it was built from and with",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Println("modemsim", versionText())
			return err
		},
	}
}

// versionText returns the version of this program, as its build recorded it, for a person.
func versionText() string { return describeBuild(buildInfo()) }

// moduleVersion returns the tag of a release, the pseudo-version of another commit, or "(devel)"
// for a build that recorded neither.
func moduleVersion() string { return buildInfo().Main.Version }

// buildInfo returns what the build recorded, or the Go release alone if it recorded nothing.
func buildInfo() debug.BuildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	if info.Main.Version == "" {
		info.Main.Version = "(devel)"
	}
	return *info
}

// describeBuild returns the module's version, and in brackets the commit with its time where the
// build knew them, the Go release and the system.
func describeBuild(info debug.BuildInfo) string {
	recorded := map[string]string{}
	for _, s := range info.Settings {
		recorded[s.Key] = s.Value
	}
	var facts []string
	if commit := recorded["vcs.revision"]; commit != "" {
		if recorded["vcs.modified"] == "true" {
			commit += " with changes"
		}
		facts = append(facts, "commit "+commit)
	}
	if date := recorded["vcs.time"]; date != "" {
		facts = append(facts, date)
	}
	facts = append(facts, info.GoVersion, runtime.GOOS+"/"+runtime.GOARCH)
	return info.Main.Version + " (" + strings.Join(facts, ", ") + ")"
}
