//go:build conformance

package conformance

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// idleKB is how much memory an idle modem of a fleet may use, in kB.
const idleKB = 64

// A thousand modems start, answer, idle and stop, and leave nothing behind.
func TestAThousandIdleModems(t *testing.T) {
	const count = 1000
	ptys, err := os.ReadFile("/proc/sys/kernel/pty/max")
	if most, numErr := strconv.Atoi(strings.TrimSpace(string(ptys))); err != nil || numErr != nil || most < count+100 {
		t.Fatalf("this machine has %s ptys at most, and %d are needed: sysctl -w kernel.pty.max=4096 (%v)", ptys, count+100, err)
	}
	folder, temp := t.TempDir(), t.TempDir()
	cmd := exec.Command(modemsim(t), "-q", "--count", strconv.Itoa(count), "--link", filepath.Join(folder, "ttyGSM%d"), "--ctl", filepath.Join(folder, "ctl"))
	cmd.Env, cmd.Stderr = append(os.Environ(), "TMPDIR="+temp), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(patience, func() { cmd.Process.Kill() }) // then its output ends
	defer limit.Stop()
	var paths []string
	for in := bufio.NewScanner(out); len(paths) < count && in.Scan(); {
		paths = append(paths, in.Text())
	}
	if len(paths) < count {
		t.Fatalf("%d modems started, then the end: %v", len(paths), cmd.Wait())
	}
	started := time.Since(begun)
	rss := residentKB(t, cmd.Process.Pid)
	for n, path := range paths {
		if want := filepath.Join(folder, fmt.Sprintf("ttyGSM%d", n+1)); path != want {
			t.Fatalf("modem %d is at %s, want %s", n+1, path, want)
		}
		answers(t, path)
	}
	begun = time.Now()
	if err := cmd.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
	t.Logf("started in %v, stopped in %v, %d kB in memory, %.1f kB each", started.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond), rss, float64(rss)/count)
	if rss > idleKB*count {
		t.Errorf("%d kB in memory, want %d kB a modem at most", rss, idleKB)
	}
	for _, of := range []string{folder, temp} {
		if left, err := os.ReadDir(of); err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	}
}

// answers checks that the modem at path answers AT.
func answers(t *testing.T, path string) {
	t.Helper()
	tty, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	const want = "AT\r\r\nOK\r\n"
	got := make([]byte, len(want))
	err = tty.SetDeadline(time.Now().Add(patience))
	if err == nil {
		_, err = io.WriteString(tty, "AT\r")
	}
	if err == nil {
		_, err = io.ReadFull(tty, got)
	}
	if err != nil || string(got) != want {
		t.Fatalf("%s answers %q, %v", path, got, err)
	}
}

// residentKB returns how much memory a process uses, in kB.
func residentKB(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\nVmRSS:")
	kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.SplitN(rest, "\n", 2)[0], " kB")))
	if err != nil {
		t.Fatalf("VmRSS: %v in %s", err, status)
	}
	return kb
}
