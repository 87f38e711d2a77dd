package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// exchange sends a command line to the tty at path and returns the answer up to its final result.
func exchange(t *testing.T, path, line string) string {
	t.Helper()
	tty, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	if _, err := tty.WriteString(line + "\r"); err != nil {
		t.Fatal(err)
	}
	var answer strings.Builder
	for in := bufio.NewScanner(tty); in.Scan(); {
		answer.WriteString(in.Text() + "\n")
		if in.Text() == "OK" || in.Text() == "ERROR" {
			break
		}
	}
	return answer.String()
}

func gone(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left", path)
	}
}

func TestRunPrintsThePathFirstAndCleansUp(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			link := filepath.Join(t.TempDir(), "modem")
			p := startPiped(t, "modemsim", "--link", link, "--mode", "0660", "--transcript", "record")
			if first := p.await("\n"); first != link {
				t.Errorf("the first line is %q", first)
			}
			if st, err := os.Stat(link); err != nil || st.Mode().Perm() != 0o660 {
				t.Errorf("link: %v, %v", st, err)
			}
			if answer := exchange(t, link, "AT+CSQ"); !strings.Contains(answer, "+CSQ: 25,99") {
				t.Errorf("answered %q", answer)
			}
			p.send(s)
			p.exits(0)
			gone(t, link)
			record, err := os.ReadFile(filepath.Join(p.Dir, "record"))
			if err != nil || !regexp.MustCompile(`(?m)^ +[0-9.]+ > AT\+CSQ\\r$`).Match(record) || !strings.HasSuffix(string(record), " # end\n") {
				t.Errorf("transcript %v: %s", err, record)
			}
		})
	}
}

func TestRunReplacesALinkThatAnotherLeft(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	if err := os.Symlink("/dev/pts/nobody", link); err != nil {
		t.Fatal(err)
	}
	p := startPiped(t, "modemsim", "run", "-q", "--link", link)
	p.await(link + "\n")
	exchange(t, link, "AT")
	p.send(syscall.SIGTERM)
	p.exits(0)
	gone(t, link)
}

func TestRunEndsWhenItsOutputIsClosed(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "modemsim", "--link", link)
	cmd.Stdout = w
	var ended *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &ended) || ended.ExitCode() != exitFailed {
		t.Errorf("ended with %v, want exit code %d", err, exitFailed)
	}
	gone(t, link)
}

func TestWithParent(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	p := startPiped(t, "sh", "-c", `modemsim --with-parent --link "$1"; echo over`, "sh", link)
	p.await(link + "\n")
	p.send(syscall.SIGKILL)
	p.awaitEnd()
	gone(t, link)
}

func TestExecForwardsSignals(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	p := startPiped(t, "modemsim", "exec", "-q", "--link", link, "--",
		"sh", "-c", `trap 'echo told; exit 7' TERM; sleep 60 & echo ready; wait`)
	p.await("ready\n")
	p.send(syscall.SIGTERM)
	p.await("told\n")
	p.exits(7)
	gone(t, link)
}

// A program that goes on after a signal is killed by another one.
func TestASecondSignalKillsTheProgram(t *testing.T) {
	const stubborn = `trap 'echo told' INT; echo ready; while :; do sleep 60 & wait; done`
	p := startPiped(t, "modemsim", "exec", "-q", "--", "sh", "-c", stubborn)
	p.await("ready\n")
	p.send(syscall.SIGINT)
	p.await("told\n")
	p.send(syscall.SIGTERM)
	p.exits(128 + int(syscall.SIGKILL))
}

// A transcript that nobody reads keeps the clean-up waiting.
func TestASecondSignalEndsWhatWaits(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	fifo, err := unix.Open(name, unix.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fifo)
	if _, err := unix.FcntlInt(uintptr(fifo), unix.F_SETPIPE_SZ, 4096); err != nil {
		t.Fatal(err)
	}
	p := startPiped(t, "modemsim", "-q", "--ftp", "127.0.0.1:1", "--transcript", name)
	tty := strings.TrimSpace(p.await("\n"))
	host, err := os.OpenFile(tty, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	go io.Copy(io.Discard, host)
	for held := 0; held < 4000; {
		if _, err := host.WriteString("AT\r"); err != nil {
			t.Fatal(err)
		}
		if held, err = unix.IoctlGetInt(fifo, unix.TIOCINQ); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := host.WriteString(strings.Repeat("AT\r", 100)); err != nil {
		t.Fatal(err)
	}
	p.send(syscall.SIGINT)
	p.send(syscall.SIGTERM) // the kernel may deliver it first
	p.awaitEnd()
	_ = p.Wait()
	if got := p.ProcessState.ExitCode(); got != 128+int(syscall.SIGTERM) && got != 128+int(syscall.SIGINT) {
		t.Errorf("%s", p.ProcessState)
	}
}

func TestExecOfAProgramThatASignalEnds(t *testing.T) {
	p := startPiped(t, "modemsim", "exec", "-q", "--", "sh", "-c", `echo ready; exec sleep 60`)
	p.await("ready\n")
	p.send(syscall.SIGINT)
	p.exits(128 + int(syscall.SIGINT))
}

func TestExecKillsWhatDoesNotEnd(t *testing.T) {
	p := startPiped(t, "modemsim", "exec", "-q", "--timeout", "2s", "--",
		"sh", "-c", `trap '' TERM; echo ready; while :; do sleep 60; done`)
	p.await("ready\n")
	p.exits(124)
}

// write writes a file for a test and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRunEndsByItsScenario(t *testing.T) {
	for name, c := range map[string]struct {
		rule string
		code int
	}{
		"passes": {"on AT+CSQ pass", 0},
		"fails":  {"on AT+CSQ fail the host must not ask", 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := startPiped(t, "modemsim", "-q", "--junit", "report.xml", write(t, "x.scn", c.rule+"\n"))
			path := p.await("\n")
			tty, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer tty.Close()
			if _, err := tty.WriteString("AT+CSQ\r"); err != nil {
				t.Fatal(err)
			}
			p.exits(c.code)
			report, err := os.ReadFile(filepath.Join(p.Dir, "report.xml"))
			if want := fmt.Sprintf(`failures="%d" errors="0"`, c.code); err != nil || !strings.Contains(string(report), want) {
				t.Errorf("%v, the report has no %s:\n%s", err, want, report)
			}
		})
	}
}

func TestRunEndsWithAVerdictAtASignal(t *testing.T) {
	for name, c := range map[string]struct {
		rule, verdict string
		code          int
	}{
		"passed": {"expect 20s AT+CSQ", "passed", 0},
		"failed": {"expect 20s gprs:active", "failed: x.scn:1: expected gprs:active, but a signal ended the run after ", 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := startPiped(t, "sh", "-c", `cd "$2"; exec modemsim run "$1" 2>&1`, "sh", "x.scn", filepath.Dir(write(t, "x.scn", c.rule)))
			exchange(t, p.await("\n"), "AT+CSQ")
			p.send(syscall.SIGINT)
			p.await("modemsim: verdict: " + c.verdict)
			p.exits(c.code)
		})
	}
}

func TestExecStopsAtASignal(t *testing.T) {
	p := startPiped(t, "sh", "-c", `exec modemsim exec --junit report.xml --scenario "$1" --scenario "$1" -- sh -c 'trap "exit 0" TERM; sleep 60 & echo ready; wait' 2>&1`,
		"sh", write(t, "x.scn", "forbid ftp:gap\n"))
	p.await("ready\n")
	p.send(syscall.SIGTERM)
	p.await("modemsim: verdict: failed: 0 of 2 scenarios, 1 did not run\n")
	p.exits(1)
	report, err := os.ReadFile(filepath.Join(p.Dir, "report.xml"))
	if err != nil || !strings.Contains(string(report), `failures="0" errors="1"`) {
		t.Errorf("%v, the report is\n%s", err, report)
	}
}
