package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestVersionTellsWhatTheBuildRecorded(t *testing.T) {
	system := runtime.GOOS + "/" + runtime.GOARCH
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "4f2c9e1b"}
	date := debug.BuildSetting{Key: "vcs.time", Value: "2026-01-31T12:00:00Z"}
	for _, c := range []struct {
		version string
		vcs     []debug.BuildSetting
		want    string
	}{
		{"(devel)", nil, "(devel) (go1.26.0, " + system + ")"},
		{"v1.2.3", []debug.BuildSetting{commit, date, {Key: "vcs.modified", Value: "false"}},
			"v1.2.3 (commit 4f2c9e1b, 2026-01-31T12:00:00Z, go1.26.0, " + system + ")"},
		{"v1.2.3+dirty", []debug.BuildSetting{commit, date, {Key: "vcs.modified", Value: "true"}},
			"v1.2.3+dirty (commit 4f2c9e1b with changes, 2026-01-31T12:00:00Z, go1.26.0, " + system + ")"},
	} {
		info := debug.BuildInfo{GoVersion: "go1.26.0", Settings: c.vcs}
		info.Main.Version = c.version
		if got := describeBuild(info); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
