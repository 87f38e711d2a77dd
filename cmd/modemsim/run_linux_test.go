package main

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
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
	p := startPiped(t, "sh", "-c", `modemsim --link "$1" | true; echo over`, "sh", link)
	p.await("over")
	p.exits(0)
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

func TestExecOfAProgramThatASignalEnds(t *testing.T) {
	p := startPiped(t, "modemsim", "exec", "-q", "--", "sh", "-c", `echo ready; exec sleep 60`)
	p.await("ready\n")
	p.send(syscall.SIGINT)
	p.exits(128 + int(syscall.SIGINT))
}

func TestExecKillsWhatDoesNotEnd(t *testing.T) {
	p := startPiped(t, "modemsim", "exec", "-q", "--timeout", "100ms", "--",
		"sh", "-c", `trap '' TERM; echo ready; while :; do sleep 60; done`)
	p.await("ready\n")
	p.exits(124)
}
