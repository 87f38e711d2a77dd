//go:build conformance

package conformance

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// buildFolder holds the built command until the end of the run. It is empty if the command was not
// built.
var buildFolder string

// build builds the command once and returns its path.
var build = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "modemsim-build-")
	if err != nil {
		return "", err
	}
	buildFolder = folder
	program := filepath.Join(folder, "modemsim")
	out, err := exec.Command("go", "build", "-o", program, "../cmd/modemsim").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return program, nil
})

func modemsim(t *testing.T) string {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// The files on the embedded server of a command.
const (
	helloFile = "hello.txt"
	helloText = "Hello from the server.\r\n"
)

// A command is a running modemsim, as built, with an embedded FTP server.
type command struct {
	path       string // of the tty, or the address of another wire
	transcript string
}

func startCommand(t *testing.T, flags ...string) *command {
	t.Helper()
	m := &command{transcript: filepath.Join(t.TempDir(), "transcript")}
	c := exec.Command(modemsim(t), append([]string{"--transcript", m.transcript, "--files", servedFiles(t)}, flags...)...)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the transcript ends:\n%s", tail(m.read(t), 3000))
		}
	})
	m.path, _ = begin(t, c)
	return m
}

// begin starts a modemsim and returns the first line that it prints. SIGTERM ends it when end is
// called, or at the end of the test.
func begin(t *testing.T, c *exec.Cmd) (first string, end func()) {
	t.Helper()
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		if err := errors.Join(c.Process.Signal(unix.SIGTERM), c.Wait()); err != nil {
			t.Errorf("%v: %s", err, said.String())
		}
	})
	t.Cleanup(end)
	first, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("reading the first line of %q: %v: %s", c.Args, err, said.String())
	}
	return strings.TrimSuffix(first, "\n"), end
}

// servedFiles makes the folder of the embedded server's files.
func servedFiles(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	writeContent(t, filepath.Join(folder, someFile), someSize)
	if err := os.WriteFile(filepath.Join(folder, helloFile), []byte(helloText), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// read returns the transcript so far.
func (m *command) read(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(m.transcript)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// await waits until the transcript contains a row.
func (m *command) await(t *testing.T, row string) {
	t.Helper()
	m.awaitThat(t, row, func(transcript string) bool { return strings.Contains(transcript, row) })
}

// awaitClose waits until the modem has noticed that nobody has the port open.
func (m *command) awaitClose(t *testing.T) {
	t.Helper()
	m.awaitThat(t, "that the port is closed", func(transcript string) bool {
		return strings.LastIndex(transcript, "# host closes the port") > strings.LastIndex(transcript, "# host opens the port")
	})
}

func (m *command) awaitThat(t *testing.T, what string, told func(transcript string) bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); !told(m.read(t)); <-again.C {
		if time.Now().After(end) {
			t.Fatalf("the transcript does not say %s", what)
		}
	}
}
