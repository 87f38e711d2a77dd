// Package golibs runs Go libraries for serial ports and modems as hosts of the built command on a
// pty, and in memory where they can.
package golibs

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startModemsim builds the command and runs it until the end of the test. It returns the path of
// the tty.
func startModemsim(t *testing.T, args ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "modemsim")
	build := exec.Command("go", "build", "-o", program, "./cmd/modemsim")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	transcript := filepath.Join(t.TempDir(), "transcript")
	c := exec.Command(program, append([]string{"--transcript", transcript}, args...)...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	t.Cleanup(func() {
		if err := errors.Join(c.Process.Signal(syscall.SIGTERM), c.Wait()); err != nil {
			t.Errorf("%v: %s", err, said.String())
		}
		if t.Failed() {
			rows, _ := os.ReadFile(transcript)
			t.Logf("the transcript ends:\n%s", rows[max(0, len(rows)-3000):])
		}
	})
	if err != nil {
		t.Fatalf("reading the path: %v: %s", err, said.String())
	}
	return strings.TrimSuffix(line, "\n")
}
