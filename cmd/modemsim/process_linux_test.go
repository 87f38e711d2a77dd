package main

import (
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// A process is a program that a test started, with what it says.
type process struct {
	*exec.Cmd
	t      *testing.T
	in     *os.File
	chunks chan string // of its output, closed at the end
	said   string
	temp   string // its TMPDIR
}

// startPiped starts a program with its standard output on a pipe.
func startPiped(t *testing.T, name string, args ...string) *process {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Stdout = w
	return start(t, cmd, r, nil, w)
}

// startOnTTY starts a program in a session of its own whose terminal the test holds; restored
// checks that the terminal's modes are those of before.
func startOnTTY(t *testing.T, name string, args ...string) (p *process, restored func()) {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	before := modes(t, master)
	return start(t, cmd, master, master, slave), func() {
		t.Helper()
		if after := modes(t, master); !reflect.DeepEqual(before, after) {
			t.Errorf("the terminal's modes were %+v, are %+v", before, after)
		}
	}
}

// modes are the terminal's modes as its programs set them.
func modes(t *testing.T, tty *os.File) unix.Termios {
	t.Helper()
	m, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *m
}

// start starts cmd, whose output is read from out; its own end of that is closed here.
func start(t *testing.T, cmd *exec.Cmd, out, in, theirs *os.File) *process {
	t.Helper()
	p := &process{Cmd: cmd, t: t, in: in, chunks: make(chan string, 100), temp: t.TempDir()}
	cmd.Env = append(os.Environ(), "TMPDIR="+p.temp, "PS1=$ ", "GORACE="+raceOptions)
	cmd.Dir = t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	go func() {
		defer close(p.chunks)
		buf := make([]byte, 4096)
		for {
			n, err := out.Read(buf)
			if n > 0 {
				p.chunks <- string(buf[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has ended, unless the test failed
		_ = cmd.Wait()
		out.Close()
	})
	return p
}

// await waits for a text and returns what was said between the last one and this.
func (p *process) await(text string) string {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		if before, after, found := strings.Cut(p.said, text); found {
			p.said = after
			return before
		}
		select {
		case chunk, ok := <-p.chunks:
			if !ok {
				p.t.Fatalf("ended without %q after %q", text, p.said)
			}
			p.said += chunk
		case <-deadline:
			p.t.Fatalf("no %q within %s, but %q", text, patience, p.said)
		}
	}
}

// awaitEnd waits until all that hold the output have ended.
func (p *process) awaitEnd() {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, ok := <-p.chunks:
			if !ok {
				return
			}
		case <-deadline:
			p.t.Fatalf("the output goes on after %s", patience)
		}
	}
}

// typed sends keys to the terminal.
func (p *process) typed(keys string) {
	p.t.Helper()
	if _, err := p.in.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// send sends a signal.
func (p *process) send(s syscall.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// exits checks the exit code, and that no temporary file is left.
func (p *process) exits(code int) {
	p.t.Helper()
	ended := make(chan struct{})
	go func() {
		_ = p.Wait() // its state says the same
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		p.t.Fatalf("%s goes on after %q", p.Args, p.said)
	}
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Errorf("%s: %s, want exit code %d", p.Args, p.ProcessState, code)
	}
	left, err := os.ReadDir(p.temp)
	if err != nil || len(left) > 0 {
		p.t.Errorf("temporary files left: %v, %v", left, err)
	}
}
