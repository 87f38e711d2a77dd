//go:build conformance

// Package: python3-serial
// Package: ser2net

package conformance

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// remoteChecks are the checks of testdata/rfc2217.py, and the rows that they leave in the modem's
// transcript, in order.
var remoteChecks = []struct {
	name string
	rows []string
}{
	{"session", nil},
	{"baudrate", []string{"# host sets 115200 baud", "# host sets 9600 baud", "# host sets 250000 baud"}},
	{"bytesize", []string{"# host sets the format 8N1", "# host sets the format 7N1", "# host sets the format 8N1"}},
	{"parity", []string{
		"# host sets the format 8N1", "# host sets the format 8O1", "# host sets the format 8E1", "# host sets the format 8M1", "# host sets the format 8S1",
	}},
	{"stopbits", []string{"# host sets the format 8N2", "# host sets the format 8N1"}},
	{"xonxoff", nil}, // confirmed, though the access server's line has no flow control
	{"rtscts", nil},
	{"dtr", []string{"# DTR drops", "# DTR rises"}},
	{"hangup", []string{"# DTR drops", "# DTR rises"}},
	{"rts", []string{"# RTS drops", "# RTS rises"}},
	{"flow", []string{"# RTS drops", "# RTS rises"}},
	{"break", []string{"# host sends a break", "# host sends a break"}},
	{"cts", nil},
	{"dsr", nil},
	{"power", nil},
	{"cd", nil},
	{"cd_lost", nil},
	{"cd_always", nil},
	{ringIndicator, nil},
	{"reset_input_buffer", nil},
	{"reset_output_buffer", nil},
}

const ringIndicator = "ri"

// pyserial reads and sets every line.
func TestRFC2217Pyserial(t *testing.T) {
	t.Parallel()
	m := startRemote(t, "rfc2217:")
	for _, c := range remoteChecks {
		t.Run(c.name, func(t *testing.T) { m.check(t, c.rows, m.path, c.name) })
	}
	m.uploaded(t)
}

// ser2net, as a client in between, passes on everything but the start of a ring: it passes on what
// has bits of change, and RFC 2217 has such a bit only for the end of a ring.
func TestRFC2217Ser2net(t *testing.T) {
	t.Parallel()
	m := startRemote(t, "rfc2217:")
	url := startSer2net(t, strings.TrimPrefix(m.path, "rfc2217://"))
	for _, c := range remoteChecks {
		if c.name != ringIndicator {
			t.Run(c.name, func(t *testing.T) { m.check(t, c.rows, url, c.name, "again") })
		}
	}
	m.uploaded(t)
}

// pyserial on a socket transfers bytes.
func TestPyserialSocket(t *testing.T) {
	t.Parallel()
	m := startRemote(t, "tcp:")
	m.check(t, nil, "socket://"+strings.TrimPrefix(m.path, "tcp:"), "session")
	m.uploaded(t)
}

// A remote is a modem that listens on a socket.
type remote struct {
	*command
	ctl, save string
}

func startRemote(t *testing.T, listen string) *remote {
	t.Helper()
	m := &remote{ctl: filepath.Join(t.TempDir(), "ctl"), save: t.TempDir()}
	m.command = startCommand(t, "--listen", listen, "--ctl", m.ctl, "--save", m.save)
	return m
}

// check runs testdata/rfc2217.py and wants rows in the transcript. When it returns, the modem has
// noticed that the host has gone.
func (m *remote) check(t *testing.T, rows []string, arguments ...string) {
	t.Helper()
	before := len(m.read(t))
	c := m.program(t, append([]string{"python3", "-W", "ignore", "testdata/rfc2217.py"}, arguments...)...)
	c.Env = append(c.Environ(), "MODEMSIM="+modemsim(t), "MODEMSIM_CTL="+m.ctl)
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
	m.awaitClose(t)
	left := m.read(t)[before:]
	for _, row := range rows {
		_, after, ok := strings.Cut(left, row+"\n")
		if !ok {
			t.Errorf("the transcript does not say %q, after the others of %q", row, rows)
		}
		left = after
	}
}

// uploaded wants the file of the check session.
func (m *remote) uploaded(t *testing.T) {
	t.Helper()
	var every []byte
	for b := range 256 {
		every = append(every, byte(b), byte(b), '\r', byte(b), 0xff, byte(b))
	}
	want := bytes.Repeat(every, 8)
	got, err := os.ReadFile(filepath.Join(m.save, "up.bin"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v: the upload has come as %d bytes, and not as the %d that were sent", err, len(got), len(want))
	}
}

// startSer2net starts a ser2net between a port of its own, whose URL it returns, and an RFC 2217
// server.
func startSer2net(t *testing.T, server string) string {
	t.Helper()
	program, err := exec.LookPath("ser2net")
	if err != nil {
		t.Fatalf("%v; run.sh gets it", err)
	}
	file := filepath.Join(t.TempDir(), "ser2net.yaml")
	text := "connection: &modem\n  accepter: telnet(rfc2217),tcp,127.0.0.1,0\n  connector: telnet(rfc2217),tcp," + strings.ReplaceAll(server, ":", ",") + "\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-n", "-d", "-c", file)
	if folders, err := filepath.Glob(filepath.Join(filepath.Dir(program), "../libexec/*/gensio/*")); err == nil && len(folders) > 0 {
		// Its telnet is there if the package was only unpacked.
		c.Env = append(c.Environ(), "GENSIO_LIBRARY_PATH="+folders[0])
	}
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill() // SIGTERM does not end it while it has a connection
		c.Wait()
		if t.Failed() {
			t.Logf("ser2net says %s", said.String())
		}
	})
	return fmt.Sprintf("rfc2217://127.0.0.1:%d", listeningPort(t, c.Process.Pid))
}

// listeningPort waits until a process listens on 127.0.0.1 and returns the port. It does not
// connect to it.
func listeningPort(t *testing.T, pid int) int {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		// /proc/net belongs to the main thread, which may be in another namespace.
		sockets, err := os.ReadFile("/proc/thread-self/net/tcp")
		if err != nil {
			t.Fatal(err)
		}
		for row := range strings.Lines(string(sockets)) {
			// proc_pid_net(5): the local address, the state (0A listens) and the socket's inode.
			fields := strings.Fields(row)
			address, ok := strings.CutPrefix(fields[1], "0100007F:")
			if !ok || fields[3] != "0A" || !holds(pid, "socket:["+fields[9]+"]") {
				continue
			}
			port, err := strconv.ParseUint(address, 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			return int(port)
		}
	}
	t.Fatalf("process %d does not listen", pid)
	return 0
}

// holds reports whether a process has a file open.
func holds(pid int, file string) bool {
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid)) // the pattern is valid
	return slices.ContainsFunc(links, func(link string) bool {
		target, err := os.Readlink(link)
		return err == nil && target == file
	})
}
