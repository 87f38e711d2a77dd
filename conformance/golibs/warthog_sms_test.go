package golibs

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// tool returns a program of the library, built.
func tool(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "tool", "-n", name).Output()
	if err != nil {
		t.Fatalf("go tool -n %s: %v", name, err)
	}
	return strings.TrimSpace(string(out))
}

// outcome runs a program for at most a time and returns what it has printed.
func outcome(t *testing.T, limit time.Duration, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatalf("%s: %v", program, err)
	}
	return string(out)
}

// The program sendsms sends in either mode. It says what became of that, whatever its exit code is.
func TestWarthogSendSMS(t *testing.T) {
	program := tool(t, "sendsms")
	path := startModemsim(t)
	for _, mode := range []string{"-p=false", "-p"} {
		printed := outcome(t, time.Minute, program, "-d", path, mode, "-n", scenarios.Default().Number, "-m", "hello from warthog")
		if !strings.HasSuffix(printed, " <nil>\n") && !strings.Contains(printed, "PDU 1: ") {
			t.Errorf("sendsms %s: %s", mode, printed)
		}
	}
}

// The program waitsms wants the service 1 of +CSMS, which the module does not have. When that
// command is answered, it gets a message. It does not come back from closing the tty.
func TestWarthogWaitSMS(t *testing.T) {
	program := tool(t, "waitsms")
	wait := func(path string) string {
		return outcome(t, 6*time.Second, program, "-d", path, "-t", "5s", "-p", "5s")
	}
	if printed := wait(startModemsim(t)); !strings.HasSuffix(printed, " ERROR\n") {
		t.Errorf("waitsms without the service 1: %s", printed)
	}
	scenario := filepath.Join(t.TempDir(), "service.scn")
	if err := os.WriteFile(scenario, []byte("on AT+CSMS=1 reply +CSMS: 1,1,1\non AT+CNMI= once log it waits\nthen 1s sms +15550100 hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if printed := wait(startModemsim(t, scenario)); !strings.Contains(printed, " +15550100: hello\n") {
		t.Errorf("waitsms: %s", printed)
	}
}
