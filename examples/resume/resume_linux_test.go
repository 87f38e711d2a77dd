package resume

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// As the README of this folder says, the broken program fails at a line of the scenario, and the
// repaired one passes.
func TestExec(t *testing.T) {
	folder := t.TempDir()
	build := exec.Command("go", "build", "-o", folder+"/", "../../cmd/modemsim", "./broken", "./repaired")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, c := range []struct {
		program string
		code    int
		verdict string // the start of the last line on standard error
		output  string // of the program
	}{
		{
			"broken", 1,
			"modemsim: verdict: failed: ftp-cut-and-resume.scn:10: forbidden, but it happened: ftp:restart",
			"got 1000 bytes of 65536\ngot 65536 bytes of 65536\n",
		},
		{
			"repaired", 0,
			"modemsim: verdict: passed",
			"got 1000 bytes of 65536\ngot 65536 bytes of 65536\n",
		},
	} {
		t.Run(c.program, func(t *testing.T) {
			cmd := exec.Command(filepath.Join(folder, "modemsim"), "exec", "--speed", "20", "--scenario", "ftp-cut-and-resume.scn", "--", filepath.Join(folder, c.program), "{tty}")
			var out, report bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &report
			var ended *exec.ExitError
			if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(report.String(), "\n"), "\n")
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.HasPrefix(lines[len(lines)-1], c.verdict) || out.String() != c.output {
				t.Errorf("exit code %d, want %d; output %q, want %q; want the verdict %q\n%s", code, c.code, &out, c.output, c.verdict, &report)
			}
		})
	}
}
