//go:build conformance

// Package: python3-pytest
// Package: python3-serial
// Package: busybox

package conformance

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README of an example is its test: each command in it, including the one that runs the
// example's own tests, must print what the README shows. The commands in fails have an exit code
// other than 0.
func TestExamples(t *testing.T) {
	for _, x := range []struct {
		folder string
		fails  []string
	}{
		{folder: "c"},
		{folder: "pytest", fails: []string{"python3 -m pytest -q broken.py"}},
		{folder: "shell"},
	} {
		t.Run(x.folder, func(t *testing.T) {
			t.Parallel()
			e := copyExample(t, x.folder)
			dialogs := e.dialogs()
			if len(dialogs) == 0 {
				t.Fatal("the README shows no command")
			}
			for _, d := range dialogs {
				out, err := e.run("sh", "-c", d.command)
				if failed := err != nil; failed != slices.Contains(x.fails, d.command) {
					t.Fatalf("%s: %v:\n%s", d.command, err, out)
				}
				if !d.shows(out) {
					t.Errorf("%s: the README shows\n%s\nit says\n%s", d.command, d.output, out)
				}
			}
		})
	}
}

// The shell example runs with the shell and the tools of busybox alone.
func TestExamplesShellInBusybox(t *testing.T) {
	t.Parallel()
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatalf("%v; run.sh gets it", err)
	}
	e := copyExample(t, "shell")
	tools := t.TempDir()
	for name, program := range map[string]string{
		"sh": busybox, "dirname": busybox, "sleep": busybox, "timeout": busybox, "modemsim": modemsim(t),
	} {
		if err := os.Symlink(program, filepath.Join(tools, name)); err != nil {
			t.Fatal(err)
		}
	}
	e.path = tools
	out, err := e.run(filepath.Join(tools, "sh"), "test.sh")
	if err != nil || !strings.HasSuffix(out, "modemsim: verdict: passed: 3 scenarios\n") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// An example is a copy of a folder of examples.
type example struct {
	t      *testing.T
	folder string
	path   string // PATH for its programs: modemsim, and those of this system
}

func copyExample(t *testing.T, name string) *example {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "examples", name))); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(filepath.Join(folder, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	for pattern := range strings.FieldsSeq(string(made)) { // skip what somebody has built there
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.RemoveAll(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return &example{t, folder, filepath.Dir(modemsim(t)) + ":" + os.Getenv("PATH")}
}

// run runs a command in the example's folder and returns its output.
func (e *example) run(command ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Dir = e.folder
	c.Env = append(os.Environ(), "PATH="+e.path, "COLUMNS=80") // the width of pytest's lines
	c.WaitDelay = patience                                     // for children of a killed command
	out, err := c.CombinedOutput()
	return string(out), errors.Join(err, ctx.Err())
}

// A dialog is a command in a README, and its output there.
type dialog struct{ command, output string }

// dialogs returns the commands of the example's README.
func (e *example) dialogs() []dialog {
	e.t.Helper()
	readme, err := os.ReadFile(filepath.Join(e.folder, "README.md"))
	if err != nil {
		e.t.Fatal(err)
	}
	var all []dialog
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```").FindAllStringSubmatch(string(readme), -1) {
		for _, text := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, output, _ := strings.Cut(text, "\n")
			all = append(all, dialog{command, output})
		}
	}
	return all
}

// leftOut is a line in a README that stands for any number of lines.
const leftOut = "    ..."

// shows reports whether an output is what the README shows. The README may leave out lines.
func (d dialog) shows(said string) bool {
	var pattern strings.Builder
	for line := range strings.Lines(steady(d.output)) {
		if strings.TrimSuffix(line, "\n") == leftOut {
			pattern.WriteString("(?s:.*\n)?")
		} else {
			pattern.WriteString(regexp.QuoteMeta(strings.TrimSuffix(line, "\n")) + "\n")
		}
	}
	return regexp.MustCompile("^" + pattern.String() + "$").MatchString(strings.TrimSuffix(steady(said), "\n") + "\n")
}

// varies matches what differs from run to run: times, seeds, and notes that the machine was slow.
var varies = regexp.MustCompile(` *\d+\.\d\d+|seed:? \d+|note: modem late .*\n`)

func steady(text string) string { return varies.ReplaceAllString(text, "") }
