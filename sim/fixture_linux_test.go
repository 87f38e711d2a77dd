//go:build linux

package sim_test

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// scenario writes a scenario into a new working folder and returns its name.
func scenario(t *testing.T, lines ...string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("x.scn", []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return "x.scn"
}

// dialFixture opens the fixture's port as a host does.
func dialFixture(t *testing.T, f *sim.Fixture) *ttyHost {
	t.Helper()
	return (&ttyModem{path: f.Path()}).dial(t)
}

func TestFixtureOfAHostThatCopes(t *testing.T) {
	trial := &trialT{}
	f := sim.RunT(trial, sim.ScenarioFile(scenario(t, "set signal 18", "on AT+CSQ once delay 10ms", "expect 20s AT+CREG?", "expect 20s exit 0")))
	host := dialFixture(t, f)
	host.ask("AT+CSQ", "OK", "+CSQ: 18,99")
	f.Do("set signal 3")
	host.ask("AT+CSQ", "OK", "+CSQ: 3,99")
	host.ask("AT+CREG?", "OK", "+CREG: 0,1")
	if !strings.Contains(f.Transcript().String(), ` > AT+CREG?\r`) {
		t.Errorf("the transcript is\n%s", f.Transcript())
	}
	host.hangUp()
	// The path may be another pty's by the time that it is looked at; who has it open sees the end.
	tty, err := os.OpenFile(f.Path(), os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	trial.end()
	if trial.failed {
		t.Errorf("failed: %q", trial.errors)
	}
	if err := tty.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, err := tty.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) && !errors.Is(err, syscall.EIO) {
		t.Errorf("the pty is left: %d bytes, %v", n, err)
	}
}

func TestFixtureHoldsUploads(t *testing.T) {
	f := sim.RunT(t, sim.ScenarioFile(scenario(t, "set ip 198.51.100.138", "expect 20s ftp:stored up.bin")))
	host := dialFixture(t, f)
	host.login()
	host.startUpload("up.bin")
	if _, ok := f.Stored("up.bin"); ok {
		t.Error("an upload that goes on is stored")
	}
	host.send("sixteen bytes...+++")
	host.want("\r\nOK\r\n")
	if got, ok := f.Stored("up.bin"); !ok || string(got) != "sixteen bytes..." {
		t.Errorf("stored %q, %v", got, ok)
	}
}

// Fixtures that run at once have a port, a network, a server and a verdict each.
func TestFixturesInParallel(t *testing.T) {
	for _, signal := range []string{"4", "17", "31"} {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			trial := &trialT{}
			f := sim.RunT(trial, sim.Set("signal", signal), sim.Set("ip", "198.51.100.138"), sim.ScenarioText("own.scn", "forbid AT+CSQ"))
			name := signal + ".txt"
			f.Put("in.txt", []byte(name))
			host := dialFixture(t, f)
			host.ask("AT+CSQ", "OK", "+CSQ: "+signal+",99")
			host.login()
			host.ask(`AT+AFTPSIZE="in.txt"`, "OK", "+AFTPS: 213 "+strconv.Itoa(len(name)), "+AFTPSIZE: "+strconv.Itoa(len(name)))
			host.startUpload(name)
			host.send(signal + "+++")
			host.want("\r\nOK\r\n")
			if got, ok := f.Stored(name); !ok || string(got) != signal {
				t.Errorf("stored %q, %v", got, ok)
			}
			for _, other := range []string{"4", "17", "31"} {
				if _, ok := f.Stored(other + ".txt"); ok && other != signal {
					t.Errorf("the upload of fixture %s is here", other)
				}
			}
			host.hangUp()
			trial.end()
			if len(trial.errors) != 1 || strings.Count(trial.errors[0], "forbidden, but it happened") != 1 {
				t.Errorf("errors %q, want the one forbidden event", trial.errors)
			}
		})
	}
}

func TestRunTInABubble(t *testing.T) {
	trial := &trialT{}
	bubble(t, func(*testing.T) { sim.RunT(trial) })
	if want := "sim.RunOn(t, port.NewPipe())"; !strings.Contains(trial.said(), want) {
		t.Errorf("the test was told %q, want a word on %s", trial.said(), want)
	}
}
