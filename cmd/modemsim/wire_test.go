package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/modemsim/modemsim/run"
)

// What the machine has no more of says what to raise.
func TestWireFailureSaysWhatToRaise(t *testing.T) {
	for _, c := range []struct {
		err        error
		text, hint string
	}{
		{fmt.Errorf("port: open a pty: %w", &fs.PathError{Op: "open", Path: "/dev/ptmx", Err: syscall.ENOSPC}),
			"open a pty: open /dev/ptmx: no space left on device: the machine has no more ptys", "kernel.pty.max"},
		{fmt.Errorf("port: watch /dev/pts/3: %w", syscall.ENOSPC), "watch /dev/pts/3: no space left on device", "fs.inotify.max_user_watches"},
		{fmt.Errorf("port: open a pty: %w", syscall.EMFILE), "open a pty: too many open files", "ulimit -n"},
		{errors.New("port: group staff: no such group"), "group staff: no such group", ""},
	} {
		f := new(failure)
		if err := new(modemFlags).startFailure(&run.Error{Part: run.PartWire, Err: c.err}); !errors.As(err, &f) || f.code != exitUsage || err.Error() != c.text || !strings.Contains(f.hint, c.hint) {
			t.Errorf("%v: %v, %+v", c.err, err, f)
		}
	}
}
