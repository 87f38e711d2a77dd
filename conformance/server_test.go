//go:build conformance

package conformance

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A server is an FTP server program and how to run it. What the modem says with it is in
// testdata/NAME.txt.
type server struct {
	name string
	// command writes the configuration for a site into its folder and returns the program, which
	// must stay in the foreground.
	command func(t *testing.T, s *site) *exec.Cmd
	masks   []mask
	// shortest is the shortest time limit that the server can be given; 0 means a second.
	shortest time.Duration
}

// limits are what a site allows its clients. Zero values mean the server's defaults.
type limits struct {
	idle        time.Duration // time limit of an idle control connection
	stall       time.Duration // time limit of a data connection on which nothing moves
	unused      time.Duration // time limit of an unused PASV port
	connections int           // at the same time
	logins      int           // at the same time
	address     string        // named in replies to PASV instead of 127.0.0.1
}

// A site is a running server. The account's folder is its root.
type site struct {
	*account
	kind      server
	limits    limits
	port      int
	firstData int // the first and the last port for data connections
	lastData  int

	process *exec.Cmd
	output  bytes.Buffer
	ended   chan struct{} // closed when the process has ended
}

// dataPorts is how many ports a site has for data connections, and sites how many sites were
// started.
const dataPorts = 100

var sites atomic.Int32

// start runs the server until the end of the test.
func (v server) start(t *testing.T, a *account, l limits) *site {
	t.Helper()
	first := 20000 + dataPorts*int(sites.Add(1))
	s := &site{account: a, kind: v, limits: l, port: freePort(t), firstData: first, lastData: first + dataPorts - 1}
	s.run(t, v.command(t, s))
	t.Cleanup(func() { s.stop(t) })
	return s
}

// limit returns d, or the shortest limit that the server can be given. 0 means no limit.
func (s *site) limit(d time.Duration) time.Duration {
	if d == 0 {
		return 0
	}
	return max(d, s.kind.shortest)
}

// run starts the process and waits until it greets.
func (s *site) run(t *testing.T, c *exec.Cmd) {
	t.Helper()
	s.process, s.ended = c, make(chan struct{})
	c.Stdout, c.Stderr = &s.output, &s.output
	if err := c.Start(); err != nil {
		t.Fatalf("%s: %v; run.sh gets it", s.kind.name, err)
	}
	ended := s.ended
	go func() {
		_ = c.Wait() // an error only says that a signal has ended it
		close(ended)
	}()
	pid := fmt.Appendln(nil, c.Process.Pid)
	// For run.sh, in case this process is killed.
	if err := os.WriteFile(s.pidFile(), pid, 0o644); err != nil {
		t.Fatal(err)
	}
	s.awaitGreeting(t)
}

func (s *site) pidFile() string { return s.file("pid") }

// file returns the path of a file of the site, which is beside the account's folder.
func (s *site) file(kind string) string {
	return filepath.Join(s.folder, fmt.Sprintf("server-%d.%s", s.port, kind))
}

// write writes such a file.
func (s *site) write(t *testing.T, kind, text string) string {
	t.Helper()
	path := s.file(kind)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// stop ends the server and all its sessions.
func (s *site) stop(t *testing.T) {
	t.Helper()
	s.killAll(t)
	if err := os.Remove(s.pidFile()); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("the server printed, in the end, %q", tail(s.output.String(), 1000))
	}
}

func (s *site) killAll(t *testing.T) {
	t.Helper()
	signal(t, unix.SIGKILL, append(s.sessions(t), s.process.Process.Pid))
	<-s.ended
}

// crash kills what serves the current clients. New clients are served again.
func (s *site) crash(t *testing.T) {
	t.Helper()
	if sessions := s.sessions(t); len(sessions) > 0 {
		signal(t, unix.SIGKILL, sessions)
		return
	}
	s.killAll(t)
	again := exec.Command(s.process.Path, s.process.Args[1:]...)
	again.Dir, again.SysProcAttr = s.process.Dir, s.process.SysProcAttr
	s.run(t, again)
}

// freeze stops what serves the clients, as if the machine hung. crash ends it.
func (s *site) freeze(t *testing.T) {
	t.Helper()
	frozen := s.sessions(t)
	if len(frozen) == 0 {
		frozen = []int{s.process.Process.Pid}
	}
	signal(t, unix.SIGSTOP, frozen)
}

// sessions returns the processes that serve clients, none for a server of one process.
func (s *site) sessions(t *testing.T) []int {
	t.Helper()
	return descendants(t, s.process.Process.Pid)
}

// awaitGreeting waits until the server greets clients.
func (s *site) awaitGreeting(t *testing.T) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); ; {
		c, greeting, err := s.connect()
		if err == nil {
			c.Close()
		}
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

// connect connects another client and returns the first line of the greeting.
func (s *site) connect() (net.Conn, string, error) {
	c, err := net.Dial("tcp", s.address())
	if err != nil {
		return nil, "", err
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, "", err
	}
	greeting, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		c.Close()
		return nil, "", err
	}
	return c, greeting, nil
}

func (s *site) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// freePort returns a port of 127.0.0.1 on which nobody listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
