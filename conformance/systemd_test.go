//go:build conformance

// Package: systemd

package conformance

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	unitFile   = "../examples/systemd/modemsim.service"
	unitBinary = "/usr/local/bin/modemsim"
	unitFolder = "/run/modemsim"

	someUser    = 65534 // in place of the unit's dynamic user
	anotherUser = 65533
)

// systemd-analyze accepts the unit, and the unit's commands do what it promises. There is no
// systemd here that could run it.
func TestSystemdUnit(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("verify", func(t *testing.T) { verifyUnit(t, string(text)) })
	t.Run("commands", func(t *testing.T) { runUnit(t, string(text)) })
}

func verifyUnit(t *testing.T, text string) {
	folder := t.TempDir()
	file := filepath.Join(folder, filepath.Base(unitFile))
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, unitBinary, modemsim(t))), 0o644); err != nil {
		t.Fatal(err)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Fatal(err)
	}
	// The files of systemd are beside the program, which may have been unpacked anywhere.
	root := filepath.Join(filepath.Dir(analyze), "..")
	units := []string{folder, filepath.Join(root, "lib/systemd/system"), filepath.Join(root, "../lib/systemd/system")}
	var libraries []string
	for _, l := range filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")) {
		libraries = append(libraries, l, filepath.Join(l, "systemd"))
	}
	c := exec.Command(analyze, "verify", "--man=no", file)
	c.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+strings.Join(units, ":"), "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
	// It only warns of an unknown key, so any output is an error.
	if out, err := c.CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("%v: %s", err, out)
	}
}

// runUnit runs the unit's commands as an unprivileged user, with the folders that systemd would
// make for it.
func runUnit(t *testing.T, text string) {
	folder := publicFolder(t)
	runtime, temp, program := filepath.Join(folder, "run"), filepath.Join(folder, "tmp"), filepath.Join(folder, "modemsim")
	err := errors.Join(os.Mkdir(runtime, 0o755), os.Chown(runtime, someUser, someUser), os.Mkdir(temp, 0o755), os.Chown(temp, someUser, someUser),
		os.Link(modemsim(t), program))
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer(unitBinary, program, unitFolder, runtime)
	start := regexp.MustCompile(`(?m)^Type=notify\nExecStart=(.*)$`).FindStringSubmatch(text)
	if start == nil {
		t.Fatal("the unit does not notify, or has no ExecStart")
	}
	manager := notified(t, filepath.Join(folder, "notify"))
	m := asUser(t, someUser, "sh", "-c", "exec "+here.Replace(start[1]))
	m.Env = append(os.Environ(), "TMPDIR="+temp, "NOTIFY_SOCKET="+filepath.Join(folder, "notify"))
	m.Stderr = os.Stderr
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	manager.await("READY=1")
	ask := asUser(t, anotherUser, "sh", "-c", askSignal, "sh", filepath.Join(runtime, "modem"))
	if out, err := ask.CombinedOutput(); err != nil || !strings.Contains(string(out), "+CSQ: 25,99") {
		t.Errorf("another user: %v: %s", err, out)
	}
	if err := m.Process.Signal(unix.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := m.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	for _, folder := range []string{runtime, temp} {
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("left in %s: %v, %v", folder, left, err)
		}
	}
}

// A serviceManager receives the notifications of a unit of type notify.
type serviceManager struct {
	t *testing.T
	*net.UnixConn
}

func notified(t *testing.T, path string) serviceManager {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := errors.Join(os.Chmod(path, 0o666), c.SetReadDeadline(time.Now().Add(patience))); err != nil {
		t.Fatal(err)
	}
	return serviceManager{t, c}
}

// await waits for the next notification, which must be want.
func (m serviceManager) await(want string) {
	m.t.Helper()
	buf := make([]byte, 256)
	if n, err := m.Read(buf); err != nil || string(buf[:n]) != want {
		m.t.Fatalf("the unit says %q, %v; want %s", buf[:n], err, want)
	}
}

// askSignal is a host in shell that exits with the result.
const askSignal = `exec 3<>"$1"
printf 'ATE0\rAT+CSQ\r' >&3
while read -r line <&3; do
	echo "$line"
	case $line in +CSQ*) exit ;; esac
done`

// asUser returns a command that runs as a user without privileges and account.
func asUser(t *testing.T, user uint32, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, program, arguments...)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	c.Dir = "/"
	return c
}
