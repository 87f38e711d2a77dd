//go:build conformance

package conformance

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A server is an FTP server program, and how to run it. What it makes the modem say is in testdata/NAME.txt.
type server struct {
	name string
	// command writes the configuration for a site into its folder and gives the program, which must stay in the foreground.
	command func(t *testing.T, s *site) *exec.Cmd
}

// A site is a server that runs, with an account that can log in. The account's folder is the root that the server shows.
type site struct {
	folder         string // for the configuration
	home           string // the account's
	user, password string
	port           int
	firstData      int // the first and the last port for data connections
	lastData       int

	process *exec.Cmd
	output  bytes.Buffer
	ended   chan struct{} // closed when the process has
}

// start runs the server until the end of the test.
func (v server) start(t *testing.T) *site {
	t.Helper()
	s := &site{port: freePort(t), firstData: 20000, lastData: 20999, ended: make(chan struct{})}
	s.folder = publicFolder(t)
	s.home = filepath.Join(s.folder, "home")
	if err := os.Mkdir(s.home, 0o755); err != nil {
		t.Fatal(err)
	}
	s.user, s.password = newUser(t, s.home)
	s.own(t, s.home)

	s.process = v.command(t, s)
	s.process.Stdout, s.process.Stderr = &s.output, &s.output
	if err := s.process.Start(); err != nil {
		t.Fatalf("%s: %v; run.sh installs it", v.name, err)
	}
	go func() {
		_ = s.process.Wait() // it is ended by a signal
		close(s.ended)
	}()
	t.Cleanup(func() { s.stop(t) })
	pid := fmt.Appendln(nil, s.process.Process.Pid)
	if err := os.WriteFile(filepath.Join(s.folder, "server.pid"), pid, 0o644); err != nil { // for run.sh, should this process be killed
		t.Fatal(err)
	}
	s.awaitGreeting(t)
	return s
}

// stop ends the server and all its sessions.
func (s *site) stop(t *testing.T) {
	t.Helper()
	kill(t, append(descendants(t, s.process.Process.Pid), s.process.Process.Pid))
	<-s.ended
	if err := os.Remove(filepath.Join(s.folder, "server.pid")); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("the server printed %q", s.output.String())
	}
}

// killSessions ends the processes that serve clients, as a crash does; the server goes on.
func (s *site) killSessions(t *testing.T) {
	t.Helper()
	sessions := descendants(t, s.process.Process.Pid)
	if len(sessions) == 0 {
		t.Fatal("the server has no session to kill")
	}
	kill(t, sessions)
}

// awaitGreeting waits until the server takes clients.
func (s *site) awaitGreeting(t *testing.T) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); ; {
		greeting, err := s.greeting()
		if strings.HasPrefix(greeting, "220") {
			return
		}
		select {
		case <-s.ended:
			t.Fatalf("the server has ended: %s", s.output.String())
		case <-again.C:
		}
		if time.Now().After(end) {
			t.Fatalf("the server does not greet: %q, %v", greeting, err)
		}
	}
}

func (s *site) greeting() (string, error) {
	c, err := net.Dial("tcp", s.address())
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	return bufio.NewReader(c).ReadString('\n')
}

func (s *site) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// path is that of a file of the account.
func (s *site) path(name string) string { return filepath.Join(s.home, name) }

// own gives a file or folder to the account.
func (s *site) own(t *testing.T, path string) {
	t.Helper()
	account, err := user.Lookup(s.user)
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Chown(path, uid, -1); err != nil {
		t.Fatal(err)
	}
}

// publicFolder is a temporary folder that other accounts can enter; that of the testing package they cannot.
func publicFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "modemsim-conformance-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// freePort is a port of 127.0.0.1 that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
