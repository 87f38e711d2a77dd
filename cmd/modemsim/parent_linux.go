package main

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// startedBy is the parent at the start of the process.
var startedBy = os.Getppid()

// endWithParent lets the kernel send SIGTERM when the parent dies
// (PR_SET_PDEATHSIG). The kernel keeps that with the thread, so the thread
// must last. It says nothing of a parent that died before, so that is looked at
// afterwards.
func endWithParent() error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0); err != nil {
		return fmt.Errorf("--with-parent: %w", err)
	}
	if os.Getppid() != startedBy {
		return fmt.Errorf("--with-parent: the parent has ended already")
	}
	return nil
}
