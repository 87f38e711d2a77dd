package run

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A terminal is the controlling terminal of this process. The methods of nil do nothing: without a
// terminal there is no foreground.
type terminal struct {
	fd    int
	state *term.State // at the start
	given bool        // the foreground is the program's, or of what it runs
}

// controllingTerminal returns the terminal that is open as a file, or nil if that is not the
// controlling terminal of this process.
func controllingTerminal(file *os.File) *terminal {
	if file == nil {
		return nil
	}
	t := &terminal{fd: int(file.Fd())}
	if _, err := t.foreground(); err != nil {
		return nil
	}
	state, err := term.GetState(t.fd)
	if err != nil {
		return nil
	}
	t.state = state
	return t
}

func (t *terminal) foreground() (pgrp int, err error) {
	return unix.IoctlGetInt(t.fd, unix.TIOCGPGRP)
}

// attributes start a program in a process group of its own, in the foreground if this process has
// that: a background job must not take it.
func (t *terminal) attributes() *syscall.SysProcAttr {
	if !t.mine() {
		return &syscall.SysProcAttr{Setpgid: true}
	}
	t.given = true
	return &syscall.SysProcAttr{Setpgid: true, Foreground: true, Ctty: t.fd}
}

// mine reports whether the process group of this process has the foreground.
func (t *terminal) mine() bool {
	if t == nil {
		return false
	}
	pgrp, err := t.foreground()
	return err == nil && pgrp == unix.Getpgrp()
}

// give hands the foreground on to the program's process group, if this process has it after being
// continued; a job continued in the background has not.
func (t *terminal) give(pgrp int) {
	if t == nil {
		return
	}
	if t.mine() {
		t.given = t.set(pgrp)
		return
	}
	now, err := t.foreground()
	t.given = t.given && err == nil && now == pgrp
}

// take brings the foreground back and reports whether it was given away.
func (t *terminal) take() bool {
	if t == nil || !t.given {
		return false
	}
	t.given = false
	return t.set(unix.Getpgrp())
}

// restore brings the foreground back, and the terminal's modes, which a program that was killed
// could not restore.
func (t *terminal) restore() {
	if t.take() {
		_ = term.Restore(t.fd, t.state) // a terminal that hung up has none
	}
}

// set gives a process group the foreground. It fails on a terminal that hung up, and then nobody
// needs it.
func (t *terminal) set(pgrp int) bool {
	return unix.IoctlSetPointerInt(t.fd, unix.TIOCSPGRP, pgrp) == nil
}
