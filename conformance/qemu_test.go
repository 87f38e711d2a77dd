//go:build conformance

// Package: qemu-system-x86
// Package: binutils

package conformance

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The guest's report, behind what its UART shows of the modem's circuits.
const (
	guestAsks = `guest: > ATE0
guest: < ATE0
guest: < OK
guest: > AT+CSQ
`
	guestPasses = guestAsks + `guest: < +CSQ: 25,99
guest: < OK
guest: passed
`
)

// What QEMU shows of circuits in the UART's modem status: CTS and DSR over a socket, none over a pty.
const (
	circuitsOfPTY    = "guest: modem status 00\n"
	circuitsOfSocket = "guest: modem status 30\n"
)

// What the modem has said of it.
var guestRows = []string{
	`> ATE0\r`, `< ATE0\r`, `< \r\nOK\r\n`,
	`> AT+CSQ\r`, `< \r\n+CSQ: 25,99\r\n`, `< \r\nOK\r\n`,
}

func TestQEMUPTY(t *testing.T) {
	t.Parallel()
	g := bootGuest(t, "{tty}")
	g.passes(t, circuitsOfPTY+guestPasses)
}

// The guest tells of what goes wrong, and so does QEMU's exit code.
func TestQEMUGuestFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ scenario, report string }{
		"refused": {"on AT+CSQ reply ERROR\n", "guest: < ERROR\nguest: failed: refused\n"},
		"silent":  {"on AT+CSQ drop\n", "guest: failed: no final result in 10 s\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario := filepath.Join(t.TempDir(), "failure.scn")
			if err := os.WriteFile(scenario, []byte(c.scenario), 0o644); err != nil {
				t.Fatal(err)
			}
			g := bootGuest(t, "{tty}", "--scenario", scenario)
			if want := circuitsOfPTY + guestAsks + c.report; g.report != want || g.exitCode != 1 {
				t.Errorf("exit code %d, want 1; it reports\n%s\nwant\n%s\n%s", g.exitCode, g.report, want, g.said)
			}
		})
	}
}

// A guest has run in QEMU, under modemsim exec.
type guest struct {
	report     string
	exitCode   int
	said       string // by modemsim and QEMU
	transcript string
}

// bootGuest runs the example with the wire that it takes, on a modem started with flags.
func bootGuest(t *testing.T, wire string, flags ...string) *guest {
	t.Helper()
	transcript := filepath.Join(t.TempDir(), "transcript")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	arguments := append([]string{"exec", "--transcript", transcript}, flags...)
	c := exec.CommandContext(ctx, modemsim(t), append(arguments, "--", "sh", "../examples/qemu/run.sh", wire)...)
	var report, said bytes.Buffer
	c.Stdout, c.Stderr = &report, &said
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile(transcript)
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	return &guest{report.String(), c.ProcessState.ExitCode(), said.String(), string(rows)}
}

// passes checks the guest's report, and the modem's transcript against it.
func (g *guest) passes(t *testing.T, report string) {
	t.Helper()
	if g.exitCode != 0 || g.report != report {
		t.Errorf("exit code %d; it reports\n%s\nwant\n%s\n%s", g.exitCode, g.report, report, g.said)
	}
	var rows []string
	for _, line := range strings.Split(g.transcript, "\n") {
		if row := strings.TrimLeft(line, " 0123456789."); strings.HasPrefix(row, ">") || strings.HasPrefix(row, "<") {
			rows = append(rows, row)
		}
	}
	if got, want := strings.Join(rows, "\n"), strings.Join(guestRows, "\n"); got != want {
		t.Errorf("the transcript has\n%s\nwant\n%s", got, want)
	}
}
