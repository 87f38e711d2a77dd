//go:build conformance

package conformance

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A terminal is an interactive program. A second pty takes the place of its screen and keyboard.
type terminal struct {
	t       *testing.T
	process *exec.Cmd
	screen  *os.File
	ended   chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	shown   string // output after the text waited for last
	gone    bool   // the program has ended
}

// startTerminal starts a program whose configuration is in the folder home.
func startTerminal(t *testing.T, home, program string, arguments ...string) *terminal {
	t.Helper()
	c := exec.Command(program, arguments...)
	c.Env = append(c.Environ(), "TERM=xterm", "HOME="+home, "LC_ALL=C.UTF-8")
	screen, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatalf("%v; run.sh gets it", err)
	}
	x := &terminal{t: t, process: c, screen: screen, ended: make(chan struct{})}
	x.changed = sync.NewCond(&x.mu)
	go x.watch()
	t.Cleanup(func() {
		c.Process.Kill() // does nothing for those that have ended
		<-x.ended
		screen.Close()
	})
	return x
}

// watch collects the output until the program has ended.
func (x *terminal) watch() {
	defer close(x.ended)
	buf := make([]byte, 4096)
	for {
		n, err := x.screen.Read(buf)
		x.mu.Lock()
		x.shown += string(buf[:n])
		x.gone = err != nil // EIO: the program has closed its end
		x.changed.Broadcast()
		x.mu.Unlock()
		if err != nil {
			_ = x.process.Wait() // leaves checks the exit code
			return
		}
	}
}

// sees waits until text is shown, after what was waited for before.
func (x *terminal) sees(text string) {
	x.t.Helper()
	deadline := time.Now().Add(patience)
	wake := time.AfterFunc(patience, x.changed.Broadcast)
	defer wake.Stop()
	x.mu.Lock()
	defer x.mu.Unlock()
	for {
		_, after, ok := strings.Cut(x.shown, text)
		if ok {
			x.shown = after
			return
		}
		if x.gone || time.Now().After(deadline) {
			x.t.Fatalf("%s does not show %q; it shows %q", x.process.Path, text, x.shown)
		}
		x.changed.Wait()
	}
}

// types presses keys.
func (x *terminal) types(keys string) {
	x.t.Helper()
	if _, err := x.screen.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// asks types a command line and waits for its final result.
func (x *terminal) asks(line, result string) {
	x.t.Helper()
	x.types(line + "\r")
	x.sees(line)
	x.sees(result)
}

// leaves ends the program by its own keys. Its exit code must be 0.
func (x *terminal) leaves(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		x.types(k)
	}
	select {
	case <-x.ended:
	case <-time.After(patience):
		x.mu.Lock()
		defer x.mu.Unlock()
		x.t.Fatalf("%s does not end; it shows %q", x.process.Path, x.shown)
	}
	if code := x.process.ProcessState.ExitCode(); code != 0 {
		x.t.Errorf("%s ended with %d and showed %q", x.process.Path, code, x.shown)
	}
}
