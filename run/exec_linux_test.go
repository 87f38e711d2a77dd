package run

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/modemsim/modemsim/sim/commands"
)

// askScript is a host program: it sends a command line to the modem and shows the answer.
const askScript = `exec 3<>"$1"; printf '%s\r' "$2" >&3; while read -r a <&3; do a=${a%?}; echo "$a"; test "$a" = OK && break; done; `

// shell is a program of a shell script with arguments.
func shell(script string, args ...string) Program {
	return Program{Args: append([]string{"sh", "-c", script, "sh"}, args...), Timeout: patience}
}

// execute runs a program that must be able to start.
func execute(t *testing.T, c Config, p Program) Outcome {
	t.Helper()
	o, err := Exec(t.Context(), c, p)
	if err != nil {
		t.Error(err)
	}
	return o
}

// Two runs in one process, with a scenario, an environment and an output each. Both programs wait
// for the other at a FIFO, so that neither ends unless they run at the same time.
func TestTwoExecsAtOnce(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		var all sync.WaitGroup
		for i, c := range []struct {
			scenario, meet, want string
			failed               bool
		}{
			{"set signal 3\nexpect 20s AT+CSQ\n", `echo >"$3"`, "passed", false},
			{"set signal 9\nforbid AT+CSQ\n", `read a <"$3"`, "failed: x.scn:2: forbidden, but it happened: AT+CSQ", true},
		} {
			all.Go(func() {
				var out bytes.Buffer
				p := shell(askScript+c.meet, "{tty}", "AT+CSQ", fifo)
				p.Stdout = &out
				o := execute(t, Config{Scenarios: []Scenario{parse(t, c.scenario)}}, p)
				if o.String() != c.want || o.Failed() != c.failed || o.Ending.Cause != ByItself || o.Ending.Code != 0 {
					t.Errorf("run %d came to %q, %+v", i+1, o, o.Ending)
				}
				if signal := "+CSQ: " + []string{"3", "9"}[i] + ",99"; !strings.Contains(out.String(), signal) {
					t.Errorf("run %d shows %q", i+1, out.String())
				}
			})
		}
		all.Wait()
	}
}

// Commands of one's own reach the modems of a fleet, the check of its scenario and one that is
// loaded later.
func TestOwnCommand(t *testing.T) {
	lamp := commands.Row{Name: "+LED", Forms: commands.Read, Do: func(c *commands.Call) error {
		c.Answer("+LED", "1")
		return nil
	}}
	var out bytes.Buffer
	p := shell(askScript, "{tty}", "AT+LED?")
	p.Stdout = &out
	c := Config{Commands: []commands.Row{lamp}, Scenarios: []Scenario{parse(t, "expect 20s AT+LED?\n")}}
	if o := execute(t, c, p); o.String() != "passed" || !strings.Contains(out.String(), "+LED: 1\n") {
		t.Errorf("came to %q, and shows %q", o, out.String())
	}
	f := startFleet(t, Config{Wire: tcp, Commands: c.Commands})
	settings, rules, err := f.config.compose(1, c.Scenarios[0].Script)
	if err == nil {
		err = f.Modems()[0].Load(settings, rules)
	}
	if err != nil {
		t.Error(err)
	}
	c.Commands = nil
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "the module does not know AT+LED") {
		t.Errorf("without the command: error %v", err)
	}
}

func TestExecOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		scenario string // "": none
		program  Program
		cause    Cause
		code     int
		failed   bool
		want     string
	}{
		"ends":              {"", shell("exit 0"), ByItself, 0, false, ""},
		"exit code":         {"", shell("exit 3"), ByItself, 3, true, "sh ended with exit code 3"},
		"signal":            {"", shell("kill -9 $$"), ByItself, 137, true, "sh died of signal 9 (killed)"},
		"passed":            {"expect 10s exit 3\n", shell("exit 3"), ByItself, 3, false, "passed"},
		"code of a program": {"forbid AT\n", shell("exit 3"), ByItself, 3, true, "failed: sh ended with exit code 3 (the scenario itself passed)"},
		"scenario":          {"on AT+CSQ pass\n", shell(askScript+"exec sleep 60", "{tty}", "AT+CSQ"), ByScenario, 143, false, "passed"},
		"timeout":           {"forbid AT\n", Program{Args: []string{"sleep", "60"}, Timeout: 50 * time.Millisecond}, ByTimeout, 143, true, "failed: sleep was ended after 50ms (timeout) (the scenario itself passed)"},
		"timeout of a flag": {"", Program{Args: []string{"sleep", "60"}, Timeout: 50 * time.Millisecond, TimeoutName: "--limit"}, ByTimeout, 143, true, "sleep was ended after 50ms (--limit)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var config Config
			if c.scenario != "" {
				config.Scenarios = []Scenario{parse(t, c.scenario)}
			}
			o := execute(t, config, c.program)
			if e := o.Ending; e.Cause != c.cause || e.Code != c.code || o.Failed() != c.failed || o.String() != c.want {
				t.Errorf("came to %q, failed %t, %+v", o, o.Failed(), e)
			}
		})
	}
}

// What a program is given: placeholders, its environment, a folder, standard input.
func TestProgramIsGiven(t *testing.T) {
	var out, complaints bytes.Buffer
	folder := t.TempDir()
	p := shell(`test "$1" = "$MODEMSIM_TTY" && test "$2" = "$(echo "$MODEMSIM_TTYS" | tail -1)" && echo "$COLOUR $(pwd) $(cat)"; echo oh >&2`, "{tty}", "{path2}")
	p.Env, p.Dir = []string{"PATH=" + os.Getenv("PATH"), "COLOUR=red"}, folder
	p.Stdin, p.Stdout, p.Stderr = strings.NewReader("typed"), &out, &complaints
	execute(t, Config{Count: 2}, p)
	if want := "red " + folder + " typed\n"; out.String() != want || complaints.String() != "oh\n" {
		t.Errorf("said %q and %q, want %q", out.String(), complaints.String(), want)
	}
}

// A signal is the program's, and the run ends with it.
func TestSignalsArePassedOn(t *testing.T) {
	ready, signals := make(lineWatcher, 10), make(chan os.Signal, 1)
	p := shell(`trap 'exit 7' INT; sleep 60 & echo ready; wait`)
	p.Stdout, p.Signals = ready, signals
	go func() { <-ready; signals <- syscall.SIGINT }()
	if o := execute(t, Config{}, p); o.Ending.Cause != BySignal || o.Ending.Code != 7 {
		t.Errorf("%+v", o.Ending)
	}
}

// A second signal kills a program that the first did not end.
func TestTheSecondSignalKills(t *testing.T) {
	lines, signals := make(lineWatcher, 10), make(chan os.Signal, 1)
	p := shell(`trap 'echo told' INT; echo ready; while :; do sleep 60 & wait; done`)
	p.Stdout, p.Signals = lines, signals
	go func() { <-lines; signals <- syscall.SIGINT; <-lines; signals <- syscall.SIGINT }()
	if o := execute(t, Config{}, p); o.Ending.Cause != BySignal || o.Ending.Code != ExitSignal+int(syscall.SIGKILL) || o.Ending.After > 4*time.Second {
		t.Errorf("%+v", o.Ending)
	}
}

// What a program leaves running has its time to end, whatever comes on the channel of signals but
// one that ends it.
func TestWhatIsLeftHasItsTime(t *testing.T) {
	for name, meanwhile := range map[string]func(chan os.Signal){
		"continued": func(signals chan os.Signal) { signals <- syscall.SIGCONT },
		"closed":    func(signals chan os.Signal) { close(signals) },
	} {
		t.Run(name, func(t *testing.T) {
			lines, signals := make(lineWatcher, 10), make(chan os.Signal)
			p := shell(`trap 'exit 0' USR1; (trap 'echo going; sleep 0.2; echo cleaned; exit' TERM; kill -USR1 $$; while :; do sleep 0.05; done) & wait`)
			p.Stdout, p.Signals = lines, signals
			go func() {
				if line := <-lines; line != "going\n" {
					t.Errorf("said %q, want going", line)
				}
				meanwhile(signals)
			}()
			execute(t, Config{}, p)
			select {
			case line := <-lines:
				if line != "cleaned\n" {
					t.Errorf("said %q", line)
				}
			default:
				t.Error("it was killed at once")
			}
		})
	}
}

// A context that is done ends the program, and what it has started.
func TestContextEndsTheProgram(t *testing.T) {
	pids := make(lineWatcher, 10)
	ctx, cancel := context.WithCancel(t.Context())
	p := shell(`sleep 60 & echo $!; wait`)
	p.Stdout = pids
	var sleeper string
	go func() { sleeper = <-pids; cancel() }()
	o, err := Exec(ctx, Config{Scenarios: []Scenario{parse(t, "expect 60s AT\n")}}, p)
	if err != nil || o.Ending.Cause != ByContext || !strings.Contains(o.String(), "expected AT, but the run was given up after ") {
		t.Errorf("%q, %+v, %v", o, o.Ending, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(sleeper))
	if err != nil {
		t.Fatal(err)
	}
	if state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil && !strings.Contains(string(state), ") Z ") {
		t.Errorf("what the program started goes on: %s", state)
	}
}

// A lineWatcher gives each line that is written to it.
type lineWatcher chan string

func (w lineWatcher) Write(p []byte) (int, error) {
	w <- string(p)
	return len(p), nil
}

// What is wrong with a program is found out before anything is started.
func TestProgramIsChecked(t *testing.T) {
	for want, p := range map[string]Program{
		"no program to run":                           {},
		"timeout -1s is negative":                     {Args: []string{"true"}, Timeout: -time.Second},
		"{tty2}: there is no modem ":                  {Args: []string{"echo", "{tty}{tty2}"}},
		"{tty0}: there is no modem ":                  {Args: []string{"echo", "{tty0}"}},
		"{port} is for tcp and rfc2217: pty has none": {Args: []string{"echo", "{port}"}},
		"the program cannot be started: ":             {Args: []string{"./no-such-program"}},
	} {
		_, err := Exec(t.Context(), Config{}, p)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if e := new(Error); strings.HasPrefix(want, "the program") && (!errors.As(err, &e) || e.Part != PartProgram || !errors.Is(err, os.ErrNotExist)) {
			t.Errorf("%v", err)
		}
	}
}

// A file that the system does not run is found out when the modems have started; nothing is left of
// them.
func TestProgramThatDoesNotStart(t *testing.T) {
	folder := t.TempDir()
	program, control := filepath.Join(folder, "program"), filepath.Join(folder, "ctl")
	if err := os.WriteFile(program, []byte("no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Exec(t.Context(), Config{Control: control}, Program{Args: []string{program}})
	if e := new(Error); !errors.As(err, &e) || e.Part != PartProgram || !errors.Is(err, syscall.ENOEXEC) {
		t.Errorf("%v", err)
	}
	if _, err := os.Lstat(control); !os.IsNotExist(err) {
		t.Errorf("the control socket is left: %v", err)
	}
}
