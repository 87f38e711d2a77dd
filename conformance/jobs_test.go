//go:build conformance

package conformance

import (
	"context"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A job is a job of a CI service: commands for a shell, and the files that it keeps even if they
// fail.
type job struct {
	commands []string
	keeps    []string
}

func TestGitHubJob(t *testing.T) {
	t.Parallel()
	var file struct {
		Jobs struct {
			Modem struct {
				Steps []struct {
					Run  string
					If   string
					Uses string
					With struct{ Path string }
				}
			}
		}
	}
	readYAML(t, "../examples/ci/github.yml", &file)
	var j job
	for _, step := range file.Jobs.Modem.Steps {
		switch {
		case step.Run != "":
			j.commands = append(j.commands, step.Run)
		case strings.HasPrefix(step.Uses, "actions/upload-artifact@") && step.If == "always()":
			j.keeps = append(j.keeps, strings.Fields(step.With.Path)...)
		}
	}
	j.test(t)
}

func TestGitLabJob(t *testing.T) {
	t.Parallel()
	var file struct {
		Modem struct {
			Script    []string
			Artifacts struct {
				When    string
				Paths   []string
				Reports struct{ JUnit string }
			}
		}
	}
	readYAML(t, "../examples/ci/gitlab.yml", &file)
	j := job{commands: file.Modem.Script}
	if kept := file.Modem.Artifacts; kept.When == "always" {
		j.keeps = append(kept.Paths, kept.Reports.JUnit)
	}
	j.test(t)
}

// test runs the commands as the services do, for a host program that passes and for one that fails.
// Programs of the same names replace what the job would fetch or build, and accept exactly the
// job's arguments: `go install` installs the modemsim of this source, `make host` the host program.
func (j job) test(t *testing.T) {
	for _, c := range []struct {
		host     string
		fails    string // what has failed according to the report
		exitCode int
	}{
		{host: "repaired", exitCode: 0, fails: "0"},
		{host: "broken", exitCode: 1, fails: "1"},
	} {
		t.Run(c.host, func(t *testing.T) {
			t.Parallel()
			checkout := t.TempDir()
			code := j.run(t, checkout, c.host)
			if code != c.exitCode {
				t.Errorf("the job's exit code is %d, want %d", code, c.exitCode)
			}
			if len(j.keeps) != 2 {
				t.Errorf("it keeps %q, want a report and a transcript", j.keeps)
			}
			for _, file := range j.keeps {
				content, err := os.ReadFile(filepath.Join(checkout, file))
				if err != nil {
					t.Fatal(err)
				}
				if filepath.Ext(file) != ".xml" {
					continue
				}
				var report struct {
					Tests    string `xml:"tests,attr"`
					Failures string `xml:"failures,attr"`
				}
				if err := xml.Unmarshal(content, &report); err != nil || report.Tests != "1" || report.Failures != c.fails {
					t.Errorf("the report has %s of %s tests failed, want %s of 1; %v", report.Failures, report.Tests, c.fails, err)
				}
			}
		})
	}
}

// run runs the commands up to the first that fails, and returns its exit code, or 0.
func (j job) run(t *testing.T, checkout, host string) int {
	t.Helper()
	tools := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(tools, "built"), "../examples/resume/"+host).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, text := range map[string]string{
		"go":   `test "$*" = "install github.com/modemsim/modemsim/cmd/modemsim@latest" && ln -s "$MODEMSIM" "$TOOLS/modemsim"`,
		"make": `test "$*" = host && cp "$TOOLS/built" host`,
	} {
		if err := os.WriteFile(filepath.Join(tools, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	for _, command := range j.commands {
		c := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", command)
		c.Dir = checkout
		c.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "TOOLS="+tools, "MODEMSIM="+modemsim(t))
		out, err := c.CombinedOutput()
		var failed *exec.ExitError
		switch {
		case errors.As(err, &failed):
			t.Logf("%s\n%s", command, out)
			return failed.ExitCode()
		case err != nil:
			t.Fatalf("%s: %v: %s", command, err, out)
		}
	}
	return 0
}
