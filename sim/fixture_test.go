//go:build linux

package sim_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/sim"
)

var _ sim.Tester = (*testing.T)(nil)

// trialT is the test that a fixture belongs to, for a test of the fixture.
type trialT struct {
	failed   bool
	errors   []string
	logs     []string
	cleanups []func()
}

func (t *trialT) Helper()          {}
func (t *trialT) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }
func (t *trialT) Failed() bool     { return t.failed }
func (t *trialT) Logf(format string, args ...any) {
	t.logs = append(t.logs, fmt.Sprintf(format, args...))
}

func (t *trialT) Errorf(format string, args ...any) {
	t.failed = true
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

func (t *trialT) Fatalf(format string, args ...any) { t.Errorf(format, args...) }

// end is what package testing does at a test's end.
func (t *trialT) end() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
}

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
	if err := f.Do("set signal 3"); err != nil {
		t.Error(err)
	}
	if err := f.Do("set signal 99999"); err == nil {
		t.Error("there is no such signal")
	}
	host.ask("AT+CSQ", "OK", "+CSQ: 3,99")
	host.ask("AT+CREG?", "OK", "+CREG: 0,1")
	if !strings.Contains(f.Transcript(), ` > AT+CREG?\r`) {
		t.Errorf("the transcript is\n%s", f.Transcript())
	}
	host.hangUp()
	trial.end()
	if trial.failed {
		t.Errorf("failed: %q", trial.errors)
	}
	if _, err := os.Stat(f.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left: %v", f.Path(), err)
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

// rowTime is the time of a transcript's row.
var rowTime = regexp.MustCompile(`(?m)^( *)[0-9]+\.[0-9]{6} `)

// TestFixtureOfAHostThatDoesNotCope compares what a failed test prints with testdata/fixture.txt; go test -update writes it.
func TestFixtureOfAHostThatDoesNotCope(t *testing.T) {
	golden, err := filepath.Abs("testdata/fixture.txt")
	if err != nil {
		t.Fatal(err)
	}
	trial := &trialT{}
	f := sim.RunT(trial, sim.Seed(42), sim.Speed(2),
		sim.ScenarioFile(scenario(t, "# The host must not ask twice.", "on AT+CSQ nth 2 fail the host asks twice", "expect 20s gprs:active")))
	host := dialFixture(t, f)
	for range 2 {
		host.ask("AT+CSQ", "OK", "+CSQ: 25,99")
	}
	trial.end()
	got := rowTime.ReplaceAllString(strings.Join(append(trial.errors, trial.logs...), "\n"), "    S.SSSSSS ")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the test says\n%s\nwant\n%s", got, want)
	}
}

func TestFixtureOfATestThatFailsByItself(t *testing.T) {
	trial := &trialT{}
	f := sim.RunT(trial, sim.ScenarioFile(scenario(t, "expect 20s exit 1")))
	dialFixture(t, f).ask("AT", "OK")
	trial.failed = true
	trial.end()
	if len(trial.errors) > 0 || len(trial.logs) != 1 || !strings.Contains(trial.logs[0], ` > AT\r`) {
		t.Errorf("errors %q, logs %q; want the last exchanges in the log", trial.errors, trial.logs)
	}
}

func TestFixtureOfAScenarioThatIsWrong(t *testing.T) {
	for line, want := range map[string]string{
		"set signal 77":       `sim.RunT: x.scn:1: set: signal: "77" is out of range (0..31 or 99)`,
		"on AT+CSG once drop": `sim.RunT: x.scn:1: the module does not know AT+CSG (did you mean "AT+CSQ"?)`,
		"include nowhere.scn": `sim.RunT: x.scn:1: nowhere.scn: no such file, and no scenario of this name comes with modemsim ('modemsim scenarios' lists them)`,
	} {
		trial := &trialT{}
		f := sim.RunT(trial, sim.ScenarioFile(scenario(t, line)))
		trial.end()
		if f != nil || len(trial.errors) != 1 || trial.errors[0] != want {
			t.Errorf("%s: fixture %v, errors %q; want %q", line, f, trial.errors, want)
		}
	}
}

func TestFixtureTakesShippedScenarios(t *testing.T) {
	trial := &trialT{}
	sim.RunT(trial, sim.ScenarioFile("ftp-cut-and-resume"))
	trial.end()
	if len(trial.errors) != 1 || !strings.Contains(trial.errors[0], "ftp-cut-and-resume.scn:4: never happened: ftp:data@1000") {
		t.Errorf("errors %q, want that nothing happened", trial.errors)
	}
}
