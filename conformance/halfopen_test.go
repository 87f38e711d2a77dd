//go:build conformance

// Package: iproute2

package conformance

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Where the modem listens, and within what time it must detect a host that has vanished.
const (
	modemAddress = "192.0.2.1:4000"
	vanishLimit  = 60 * time.Second
)

// A cable joins two network namespaces: the modem's and its host's.
type cable struct {
	t           *testing.T
	modem, host string // names of the namespaces
	transcript  string
}

// newCable starts a modem that listens at modemAddress in a namespace of its own.
func newCable(t *testing.T, name string) *cable {
	t.Helper()
	c := &cable{
		t: t, modem: fmt.Sprintf("modem-%s-%d", name, os.Getpid()), host: fmt.Sprintf("host-%s-%d", name, os.Getpid()),
		transcript: filepath.Join(t.TempDir(), "transcript"),
	}
	for _, space := range []string{c.modem, c.host} {
		c.ip("netns", "add", space)
		t.Cleanup(func() { c.ip("netns", "delete", space) })
	}
	c.ip("link", "add", "cable", "netns", c.modem, "type", "veth", "peer", "name", "cable", "netns", c.host)
	for space, address := range map[string]string{c.modem: "192.0.2.1/24", c.host: "192.0.2.2/24"} {
		c.ip("-netns", space, "address", "add", address, "dev", "cable")
		c.ip("-netns", space, "link", "set", "lo", "up")
		c.ip("-netns", space, "link", "set", "cable", "up")
	}
	c.startModem()
	return c
}

func (c *cable) ip(arguments ...string) {
	c.t.Helper()
	if out, err := exec.Command("ip", arguments...).CombinedOutput(); err != nil {
		c.t.Fatalf("ip %s: %v: %s", strings.Join(arguments, " "), err, out)
	}
}

// cut makes the host vanish without closing its connection.
func (c *cable) cut() { c.ip("-netns", c.host, "link", "set", "cable", "down") }

func (c *cable) startModem() {
	program, files := modemsim(c.t), servedFiles(c.t)
	m := exec.Command("ip", "netns", "exec", c.modem, program, "--listen", "tcp:"+modemAddress, "--transcript", c.transcript, "--files", files)
	if first, _ := begin(c.t, m); first != "tcp:"+modemAddress {
		c.t.Fatalf("the modem is at %s", first)
	}
}

// dial connects from a namespace.
func (c *cable) dial(space string) (conn net.Conn) {
	c.t.Helper()
	err := errors.New("nothing was tried")
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for ever: the thread is in the namespace and ends with the goroutine
		var f *os.File
		if f, err = os.Open("/run/netns/" + space); err != nil {
			return
		}
		defer f.Close()
		if err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); err != nil {
			return
		}
		conn, err = net.DialTimeout("tcp", modemAddress, patience)
	}()
	<-done
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(2 * vanishLimit)); err != nil {
		c.t.Fatal(err)
	}
	return conn
}

// ask sends command lines and awaits the end of each answer.
func ask(t *testing.T, conn net.Conn, lines string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		if _, err := io.WriteString(conn, line+"\r"); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(line, "DATA") {
			readerTo{t, conn}.until("\r\nCONNECT\r\n")
		} else {
			readerTo{t, conn}.until("\r\nOK\r\n")
		}
	}
}

// inUse matches what a host reads that is turned away.
var inUse = regexp.MustCompile(`^modemsim: this modem is in use by 192\.0\.2\.2:[0-9]+\r\n$`)

// wantServed connects from the modem's own namespace until the modem serves it. Before that each
// attempt must be turned away with a reason.
func (c *cable) wantServed() {
	c.t.Helper()
	refused := 0
	try := time.NewTicker(time.Second)
	defer try.Stop()
	for end := time.Now().Add(vanishLimit); time.Now().Before(end); <-try.C {
		conn := c.dial(c.modem)
		if _, err := io.WriteString(conn, "AT\r"); err != nil {
			c.t.Fatal(err)
		}
		said := make([]byte, 100)
		n, err := conn.Read(said)
		if err != nil {
			c.t.Fatal(err)
		}
		if !inUse.Match(said[:n]) {
			if refused == 0 || !strings.HasPrefix("AT\r\r\nOK\r\n", string(said[:n])) && !strings.HasPrefix("\r\nOK\r\n", string(said[:n])) {
				c.t.Errorf("after %d refusals another host hears %q", refused, said[:n])
			}
			return
		}
		refused++
		conn.Close()
	}
	c.t.Errorf("%d times in %v another host was turned away", refused, vanishLimit)
}

// wantNoted wants a note in the transcript, before the host's close, of the reason.
func (c *cable) wantNoted() {
	c.t.Helper()
	b, err := os.ReadFile(c.transcript)
	if err != nil {
		c.t.Fatal(err)
	}
	_, rest, noted := strings.Cut(string(b), " vanished without closing the connection (")
	if !noted || !strings.Contains(rest, "# host closes the port") {
		c.t.Errorf("the transcript does not say that the host has vanished; it ends:\n%s", tail(string(b), 3000))
	}
}

// A host that vanishes is detected, whether or not output was on its way to it.
func TestHostThatVanishes(t *testing.T) {
	for name, lines := range map[string]string{"idle": "AT", "data": fetchLines} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCable(t, name)
			ask(t, c.dial(c.host), lines)
			c.cut()
			c.wantServed()
			c.wantNoted()
		})
	}
}

// A host that does not read, for example one that is stopped in a debugger, is not taken for one
// that has vanished.
func TestHostThatDoesNotReadForLong(t *testing.T) {
	t.Parallel()
	c := newCable(t, "slow")
	conn := c.dial(c.host)
	ask(t, conn, fetchLines)
	time.Sleep(vanishLimit - 15*time.Second) // there is no event for nothing happening
	if sum(t, io.LimitReader(conn, someSize)) != sum(t, newContent(someSize)) {
		t.Error("another file came than the server has")
	}
	readerTo{t, conn}.until("\r\nNO CARRIER\r\n")
}
