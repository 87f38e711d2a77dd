//go:build conformance

// Package: qemu-system-x86
// Package: binutils

package conformance

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The guest's report, after the state of the modem's circuits in its UART.
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

// The circuits that QEMU shows in the UART's modem status: CTS, DSR and DCD over a socket, none
// over a pty.
const (
	circuitsOfPTY    = "guest: modem status 00\n"
	circuitsOfSocket = "guest: modem status B0\n"
)

// Rows of the modem's transcript.
var guestRows = []string{
	`> ATE0\r`, `< ATE0\r`, `< \r\nOK\r\n`,
	`> AT+CSQ\r`, `< \r\n+CSQ: 25,99\r\n`, `< \r\nOK\r\n`,
}

func TestQEMUPTY(t *testing.T) {
	t.Parallel()
	g := bootGuest(t, "{tty}")
	g.passes(t, circuitsOfPTY+guestPasses)
}

func TestQEMUTCP(t *testing.T) {
	t.Parallel()
	g := bootGuest(t, "{tty}", "--listen", "tcp:")
	g.passes(t, circuitsOfSocket+guestPasses)
}

func TestQEMUUnix(t *testing.T) {
	t.Parallel()
	g := bootGuest(t, "{tty}", "--listen", "unix:"+filepath.Join(t.TempDir(), "modem"))
	g.passes(t, circuitsOfSocket+guestPasses)
}

// QEMU waits for modemsim to connect before the guest starts.
func TestQEMUListens(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	q := exec.CommandContext(ctx, "sh", "../examples/qemu/run.sh", "tcp:127.0.0.1:0,server=on")
	g := &guest{transcript: filepath.Join(t.TempDir(), "transcript")}
	q.Stdout = &g.report
	info, err := q.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(info)
	address := regexp.MustCompile(`waiting for connection on: \S*(tcp:[0-9.]+:[0-9]+)`)
	var at []string
	for at == nil && said.Scan() {
		at = address.FindStringSubmatch(said.Text())
	}
	if at == nil {
		t.Fatalf("QEMU says no address: %v", q.Wait())
	}
	m := exec.CommandContext(ctx, modemsim(t), "--connect", at[1], "--transcript", g.transcript)
	m.Stderr = &g.said
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	for said.Scan() {
		t.Log(said.Text())
	}
	err = q.Wait()
	g.exitCode = q.ProcessState.ExitCode()
	if err := errors.Join(err, m.Process.Signal(unix.SIGTERM), m.Wait()); err != nil {
		t.Error(err)
	}
	g.passes(t, circuitsOfSocket+guestPasses)
}

// The guest reports what goes wrong, and QEMU's exit code is not 0.
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
			if want := circuitsOfPTY + guestAsks + c.report; g.report.String() != want || g.exitCode != 1 {
				t.Errorf("exit code %d, want 1; it reports\n%s\nwant\n%s\n%s", g.exitCode, &g.report, want, &g.said)
			}
		})
	}
}

// A guest is a program that has run in QEMU, under modemsim exec.
type guest struct {
	report     bytes.Buffer
	exitCode   int
	said       bytes.Buffer // output of modemsim and QEMU
	transcript string       // the file
}

// bootGuest runs the example with its argument for the wire, on a modem started with flags.
func bootGuest(t *testing.T, wire string, flags ...string) *guest {
	t.Helper()
	g := &guest{transcript: filepath.Join(t.TempDir(), "transcript")}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	arguments := append([]string{"exec", "--transcript", g.transcript}, flags...)
	c := exec.CommandContext(ctx, modemsim(t), append(arguments, "--", "sh", "../examples/qemu/run.sh", wire)...)
	c.Stdout, c.Stderr = &g.report, &g.said
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	g.exitCode = c.ProcessState.ExitCode()
	return g
}

// passes checks the guest's report, and the modem's transcript against it.
func (g *guest) passes(t *testing.T, report string) {
	t.Helper()
	if g.exitCode != 0 || g.report.String() != report {
		t.Errorf("exit code %d; it reports\n%s\nwant\n%s\n%s", g.exitCode, &g.report, report, &g.said)
	}
	transcript, err := os.ReadFile(g.transcript)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, line := range strings.Split(string(transcript), "\n") {
		if row := strings.TrimLeft(line, " 0123456789."); strings.HasPrefix(row, ">") || strings.HasPrefix(row, "<") {
			rows = append(rows, row)
		}
	}
	if got, want := strings.Join(rows, "\n"), strings.Join(guestRows, "\n"); got != want {
		t.Errorf("the transcript has\n%s\nwant\n%s", got, want)
	}
}
