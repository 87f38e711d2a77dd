//go:build conformance

package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// descendants returns the processes that a process has started, directly or not. It leaves out
// those that have ended and wait for their parent.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	children := map[int][]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, stat := range stats {
		b, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended meanwhile
		}
		// proc(5): the name in parentheses may hold anything; after it come the state and the
		// parent.
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		child, err1 := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		parent, err2 := strconv.Atoi(fields[1])
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: %q", stat, b)
		}
		if fields[0] != "Z" {
			children[parent] = append(children[parent], child)
		}
	}
	list := slices.Clone(children[pid])
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i]]...)
	}
	return list
}

// signal sends a signal to processes. Those that have ended meanwhile are ignored.
func signal(t *testing.T, s unix.Signal, pids []int) {
	t.Helper()
	for _, pid := range pids {
		if err := unix.Kill(pid, s); err != nil && err != unix.ESRCH {
			t.Errorf("signal %d to %d: %v", s, pid, err)
		}
	}
}
