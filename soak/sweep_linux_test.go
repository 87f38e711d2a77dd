//go:build iofail

package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var (
	every       = flag.Int("every", 1, "fail each so-many-th operation only")
	operationAt = flag.Int("operation", 0, "fail the operation of this number only")
)

// endLimit is how long a session may take to end: the limits of a modem, and some room.
const endLimit = 20 * time.Second

// A sweep is a session that is run once for each of its operations, and once more for each with all
// that follow failing as well.
type sweep struct {
	name string
	args []string // beside what all sessions have; DIR is the folder of the run
	ctl  bool
}

var sweeps = []sweep{
	{"pty", []string{"-wire", "pty"}, false},
	{"link", []string{"-wire", "pty", "-link", "DIR/link"}, false},
	{"tcp", []string{"-wire", "tcp:127.0.0.1:0", "-sockets"}, false},
	{"rfc2217", []string{"-wire", "rfc2217:127.0.0.1:0"}, false},
	{"unix", []string{"-wire", "unix:DIR/wire"}, false},
	{"control", []string{"-wire", "pty", "-ctl", "DIR/ctl"}, true},
}

const sweptScenario = "on ftp:login once log logged in\nexpect 60s ftp:done\n"

// TestEveryOperationFails fails each operation of a session in turn. Whatever fails: the session
// ends in time and without a crash, it leaves no descriptor, goroutine, folder or half a file, what
// was complete stays, and if anybody sees a difference a message says which operation it was.
func TestEveryOperationFails(t *testing.T) {
	program := failingBuild(t, filepath.Join(t.TempDir(), "session"), "./testdata/session")
	for fd := 3; fd < 1024; fd++ {
		unix.CloseOnExec(fd) // what this process was started with is not for the sessions
	}
	for _, s := range sweeps {
		t.Run(s.name, func(t *testing.T) {
			sweepAll(t, func(t *testing.T, at int, on bool) *swept { return s.run(t, program, at, on) })
		})
	}
}

// TestEveryOperationOfTheCommandFails is the same for modemsim exec with all its files.
func TestEveryOperationOfTheCommandFails(t *testing.T) {
	program := failingBuild(t, filepath.Join(t.TempDir(), "modemsim"), "../cmd/modemsim")
	sweepAll(t, func(t *testing.T, at int, on bool) *swept { return runCommand(t, program, at, on) })
}

// runCommand runs modemsim exec with this program as the host.
func runCommand(t *testing.T, program string, at int, on bool) *swept {
	dir, remove := newFolder(t)
	defer remove()
	cmd, ctx := failingCommand(t, dir, at, on, program, "exec", "--timeout", "15s", "--scenario", "DIR/swept.scn", "--seed", "1", "--link", "DIR/link", "--ctl", "DIR/ctl",
		"--save", "DIR/save", "--transcript", "DIR/transcript", "--junit", "DIR/junit.xml", "--", os.Args[0])
	cmd.Env = append(cmd.Env, envHost+"=3s")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &swept{}
	if !r.ended(ctx, cmd, dir) {
		return r
	}
	var v told
	if err := json.Unmarshal(stdout.Bytes(), &v); err == nil { // the host ran
		r.answered, r.stored = v.Answered, v.Stored
	}
	r.checkFiles(t, dir, on)
	r.checkJUnit(dir, on)
	r.checkMessage(on)
	return r
}

// checkJUnit wants a report that is as green as the exit code.
func (r *swept) checkJUnit(dir string, on bool) {
	var suites struct {
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	text, err := os.ReadFile(filepath.Join(dir, "junit.xml"))
	if err == nil {
		err = xml.Unmarshal(text, &suites)
	}
	green := err == nil && suites.Failures+suites.Errors == 0
	switch {
	case err != nil && !r.says(r.stderr, on):
		r.find("there is no JUnit report, and nobody says so: %v", err)
	case err == nil && green != (r.code == 0):
		r.find("exit code %d, but JUnit has %+v", r.code, suites)
	}
}

// sweepAll runs a session with each operation failing, until several come to their end before that.
func sweepAll(t *testing.T, session func(t *testing.T, at int, on bool) *swept) {
	whole := session(t, 1<<30, false)
	if whole.err() != nil || len(whole.findings) > 0 {
		t.Fatalf("without a failure: %v %q\n%s", whole.err(), whole.findings, whole.stderr)
	}
	for _, on := range []bool{false, true} {
		a := account{found: map[string][]string{}}
		var all sync.WaitGroup
		for range sweepers {
			all.Go(func() {
				for at, more := a.next(); more; at, more = a.next() {
					a.add(at, session(t, at, on))
				}
			})
		}
		all.Wait()
		t.Logf("on %v: %d operations failed, %d without consequence, %d findings", on, a.runs, a.silent, len(a.found))
		for _, key := range slices.Sorted(maps.Keys(a.found)) {
			t.Errorf("on %v: %s (%d times: operation %s)", on, key, len(a.found[key]), strings.Join(a.found[key], " "))
		}
	}
}

// sweepers is how many sessions run at once: most of them wait for a limit to pass.
const sweepers = 16

// An account is what the sessions of a sweep have come to.
type account struct {
	mu           sync.Mutex
	at, past     int // the last operation given out, and how many sessions did not come to theirs
	runs, silent int
	found        map[string][]string // the operations by what was found
}

// next returns the operation that fails in the next session, unless there is none left.
func (a *account) next() (at int, more bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if *operationAt > 0 {
		more = a.at == 0
		a.at = *operationAt
		return a.at, more
	}
	a.at += *every
	return a.at, a.past < sweepers
}

func (a *account) add(at int, r *swept) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.reached {
		a.past = 0
		a.runs++
	} else {
		a.past++
	}
	if r.reached && r.err() == nil {
		a.silent++
	}
	for _, f := range r.findings {
		key := fmt.Sprintf("%s %s: %s", r.failed.name, kindOf(r.failed.about), f)
		a.found[key] = append(a.found[key], fmt.Sprint(at))
	}
}

// kindOf leaves out of a path what differs from run to run.
func kindOf(path string) string {
	path = strings.TrimRight(path, "0123456789]")
	if i := strings.Index(path, "modemsim-ftp-"); i >= 0 {
		_, rest, _ := strings.Cut(path[i:], "/")
		return "TEMP/" + rest
	}
	if i := strings.Index(path, "/modemsim-soak-run-"); i >= 0 {
		_, rest, _ := strings.Cut(path[i+1:], "/")
		return "DIR/" + rest
	}
	return path
}

// swept is a session with a failing operation, and what it came to.
type swept struct {
	visit
	failed   failure
	reached  bool // it came to the operation that fails
	code     int  // exit code
	stderr   string
	record   string // the transcript's file
	findings []string
}

// err returns what somebody sees of the failure.
func (s *swept) err() error {
	if s.code != 0 {
		return errors.Join(s.visit.err, fmt.Errorf("exit code %d", s.code))
	}
	return s.visit.err
}

func (s *swept) find(format string, args ...any) {
	s.findings = append(s.findings, fmt.Sprintf(format, args...))
}

// run runs a session whose operation at fails.
func (s sweep) run(t *testing.T, program string, at int, on bool) *swept {
	dir, remove := newFolder(t)
	defer remove()
	args := append([]string{"-save", "DIR/save", "-transcript", "DIR/transcript", "-scenario", "DIR/swept.scn"}, s.args...)
	cmd, ctx := failingCommand(t, dir, at, on, program, args...)
	end, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &swept{}
	var stdout bytes.Buffer
	if path := firstLine(out); strings.HasPrefix(path, "{") {
		stdout.WriteString(path + "\n") // it did not start
	} else if path != "" {
		r.visit.run(path, func() error { return s.control(dir) })
	}
	_ = end.Close() // the session may be gone
	_, _ = io.Copy(&stdout, out)
	if r.ended(ctx, cmd, dir) {
		r.checkLeft(stdout.Bytes())
		r.checkFiles(t, dir, on)
		r.checkMessage(on)
	}
	return r
}

// newFolder makes the folder of a run. The caller removes it, so that a sweep that is ended early
// leaves those of a few runs and not of all.
func newFolder(t *testing.T) (dir string, remove func()) {
	dir, err := os.MkdirTemp("", "modemsim-soak-run-")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"tmp", "save"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "swept.scn"), []byte(sweptScenario), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}
}

// failingCommand is a program that has endLimit to end. DIR in its arguments is the folder of the
// run.
func failingCommand(t *testing.T, dir string, at int, on bool, program string, args ...string) (*exec.Cmd, context.Context) {
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "DIR", dir)
	}
	ctx, cancel := context.WithTimeout(t.Context(), endLimit)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), failEnvironment(dir, at, on)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGQUIT) } // shows where it hangs
	cmd.WaitDelay = time.Second
	cmd.Stderr = new(bytes.Buffer)
	return cmd, ctx
}

// ended waits for the end of a program, and reports whether it came by itself and without a crash.
func (r *swept) ended(ctx context.Context, cmd *exec.Cmd, dir string) bool {
	_ = cmd.Wait() // its code says it
	r.code = cmd.ProcessState.ExitCode()
	r.stderr = fmt.Sprint(cmd.Stderr)
	r.failed, r.reached = readFailure(filepath.Join(dir, "failed"))
	switch {
	case ctx.Err() != nil:
		r.find("it hangs: %s", r.stderr)
	case r.code < 0 || strings.Contains(r.stderr, "\ngoroutine "):
		r.find("it crashes: exit code %d: %s", r.code, r.stderr)
	}
	return len(r.findings) == 0
}

func failEnvironment(dir string, at int, on bool) []string {
	env := []string{fmt.Sprintf("FAIL_AT=%d", at), "FAIL_TO=" + filepath.Join(dir, "failed"), "TMPDIR=" + filepath.Join(dir, "tmp")}
	if on {
		env = append(env, "FAIL_ON=1")
	}
	return env
}

// firstLine reads up to a line feed and not further.
func firstLine(r io.Reader) string {
	var line []byte
	for b := make([]byte, 1); ; {
		if n, err := r.Read(b); n == 0 && err != nil || b[0] == '\n' {
			return string(line)
		}
		line = append(line, b[0])
	}
}

// control uses the control socket.
func (s sweep) control(dir string) error {
	if !s.ctl {
		return nil
	}
	client := &http.Client{Timeout: answerLimit, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			return net.Dial("unix", filepath.Join(dir, "ctl"))
		},
	}}
	for _, request := range []struct{ method, path, body string }{{"GET", "/state", ""}, {"POST", "/do", "urc RING"}} {
		r, err := http.NewRequest(request.method, "http://localhost"+request.path, strings.NewReader(request.body))
		if err != nil {
			return err
		}
		answer, err := client.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
	}
	return nil
}

// checkLeft looks at what a modem left in its process.
func (r *swept) checkLeft(stdout []byte) {
	var left struct{ Goroutines, Files []string }
	if err := json.Unmarshal(stdout, &left); err != nil {
		r.find("it ends without a word: %q", stdout)
		return
	}
	for _, g := range left.Goroutines {
		r.find("it leaves a goroutine: %s", g)
	}
	for _, f := range left.Files {
		r.find("it leaves a descriptor: %s", kindOf(f))
	}
}

// checkFiles looks at what is left of the files.
func (r *swept) checkFiles(t *testing.T, dir string, on bool) {
	said := r.says(r.stderr, on)
	if left := names(t, filepath.Join(dir, "tmp")); len(left) > 0 && !said {
		r.find("it leaves a temporary folder and does not say so")
	} else if len(left) > 0 && !strings.Contains(r.stderr, "remove") {
		r.find("it leaves a temporary folder that it need not")
	}
	for _, name := range []string{"link", "ctl", "wire"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil && !said {
			r.find("it leaves the %s and does not say so", name)
		}
	}
	saved := names(t, filepath.Join(dir, "save"))
	content, err := os.ReadFile(filepath.Join(dir, "save", "up.bin"))
	switch {
	case r.stored && string(content) != uploaded:
		r.find("a confirmed upload is not there: %v", err)
	case err == nil && string(content) != uploaded:
		r.find("%d bytes of an upload are there", len(content))
	case said && (on || r.failed.name == "unlinkat"): // what is unfinished cannot be removed
	case len(saved) > 1 || len(saved) == 1 && saved[0] != "up.bin":
		r.find("an unfinished file stays in the folder of uploads")
	}
	record, err := os.ReadFile(filepath.Join(dir, "transcript"))
	if r.record = string(record); err != nil && len(r.answered) > 0 {
		r.find("there is no transcript: %v", err)
	}
	for _, command := range r.answered {
		if command == loginCommand {
			command = `AT+AFTPO="203.0.113.1",21,"user",***`
		}
		if !strings.Contains(r.record, "> "+command+`\r`) && !said {
			r.find("the transcript lacks a command and nobody says so")
			break
		}
	}
}

// checkMessage wants a message for what somebody sees. A connection of the control socket that
// breaks is the client's to tell, which knows what it asked for.
func (r *swept) checkMessage(on bool) {
	if ofClient := new(url.Error); errors.As(r.visit.err, &ofClient) && strings.HasPrefix(r.failed.about, "socket:") {
		return
	}
	if r.reached && r.err() != nil && !r.says(r.stderr+r.record, on) {
		r.find("no message: %v; %s%s", r.err(), r.stderr, r.record[max(0, len(r.record)-1500):])
	}
}

// says reports whether a text has the error of the operation that failed, or if all after it failed
// too, of any of them.
func (r *swept) says(text string, on bool) bool {
	if r.failed.name == "newfstatat" && strings.Contains(text, "file exists") {
		return true // os.Root.MkdirAll: of a folder that is there and cannot be looked at
	}
	return strings.Contains(text, r.failed.err.Error()) || on && slices.ContainsFunc(operations, func(o operation) bool {
		return strings.Contains(text, o.err.Error())
	})
}

func names(t *testing.T, folder string) (list []string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
