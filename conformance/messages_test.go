//go:build conformance

// Package: gammu
// Package: gnokii-cli
// Package: smstools

package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
)

// ownNumber is that of the modem, which gets what it sends there.
var ownNumber = scenarios.Default().Number

// A sender is a program for short messages, in a folder of its own.
type sender struct {
	t      *testing.T
	folder string
}

// run runs a program with an input until it ends, and returns what it has printed and its exit
// code.
func (s sender) run(input, program string, args ...string) (printed string, code int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Stdin = s.folder, strings.NewReader(input)
	out, err := c.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) || ctx.Err() != nil {
		s.t.Fatalf("%s: %v: %s", program, err, out)
	}
	return string(out), c.ProcessState.ExitCode()
}

// write writes a file into the folder, and returns its path.
func (s sender) write(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// gammu stops at AT+CFUN=1, which the module does not have, and prints "Unknown error". When that
// command is answered, it sends a message and reads it.
func TestGammu(t *testing.T) {
	s := sender{t, t.TempDir()}
	gammu := func(m *command, args ...string) (string, int) {
		settings := s.write("gammurc", fmt.Sprintf("[gammu]\ndevice = %s\nconnection = at115200\n", m.path))
		return s.run("", "gammu", append([]string{"--config", settings}, args...)...)
	}
	send := []string{"sendsms", "TEXT", ownNumber, "-text", "hello from gammu"}

	alone := startCommand(t)
	if printed, code := gammu(alone, send...); code == 0 || !strings.Contains(printed, "Unknown error") {
		t.Errorf("gammu sends without +CFUN: exit code %d, %s", code, printed)
	}
	alone.await(t, "# ERROR: the module does not have +CFUN\n")

	m := startCommand(t, s.write("cfun.scn", "on AT+CFUN= reply OK\n"))
	if printed, code := gammu(m, send...); code != 0 || !strings.Contains(printed, "OK, message reference=") {
		t.Errorf("gammu sendsms: exit code %d, %s", code, printed)
	}
	if printed, code := gammu(m, "getallsms"); code != 0 || !strings.Contains(printed, "\nhello from gammu\n") || !strings.Contains(printed, "1 SMS parts in 1 SMS sequences") {
		t.Errorf("gammu getallsms: exit code %d, %s", code, printed)
	}
}

func TestGnokii(t *testing.T) {
	s := sender{t, t.TempDir()}
	m := startCommand(t)
	settings := s.write("gnokiirc", fmt.Sprintf("[global]\nmodel = AT\nport = %s\nconnection = serial\nserial_baudrate = 115200\n", m.path))
	if printed, code := s.run("hello from gnokii", "gnokii", "--config", settings, "--sendsms", ownNumber); code != 0 || !strings.Contains(printed, "Send succeeded with reference") {
		t.Errorf("gnokii --sendsms: exit code %d, %s", code, printed)
	}
	if printed, code := s.run("", "gnokii", "--config", settings, "--getsms", "SM", "1", "end"); code != 0 || !strings.Contains(printed, "Sender: "+ownNumber) || !strings.Contains(printed, "\nhello from gnokii\n") {
		t.Errorf("gnokii --getsms: exit code %d, %s", code, printed)
	}
}

// smsdSettings are the settings of smstools for a folder and a tty.
const smsdSettings = `devices = GSM1
outgoing = %[1]s/outgoing
checked = %[1]s/checked
incoming = %[1]s/incoming
sent = %[1]s/sent
failed = %[1]s/failed
infofile = %[1]s/info
pidfile = %[1]s/pid
logfile = %[1]s/log
delaytime = 1
[GSM1]
device = %[2]s
incoming = yes
init = AT+CPMS="SM"
baudrate = 115200
`

// The daemon of smstools sends what is in its folder, and puts what it has received into another.
func TestSMSTools(t *testing.T) {
	s := sender{t, t.TempDir()}
	m := startCommand(t)
	for _, name := range []string{"outgoing", "checked", "incoming", "sent", "failed"} {
		if err := os.Mkdir(filepath.Join(s.folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	settings := s.write("smsd.conf", fmt.Sprintf(smsdSettings, s.folder, m.path))
	s.write("outgoing/one", fmt.Sprintf("To: %s\n\nhello from smstools", strings.TrimPrefix(ownNumber, "+")))
	daemon := exec.Command("smsd", "-c", settings, "-t")
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	m.await(t, `> AT+CMGD=1\r`)
	if err := daemon.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	daemon.Wait() // its exit code says nothing
	received, err := filepath.Glob(filepath.Join(s.folder, "incoming", "*"))
	if err != nil || len(received) != 1 {
		t.Fatalf("received: %q, %v", received, err)
	}
	if text, err := os.ReadFile(received[0]); err != nil || !strings.HasSuffix(string(text), "\n\nhello from smstools") {
		t.Errorf("received: %q, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(s.folder, "sent", "one")); err != nil {
		t.Error(err)
	}
}
