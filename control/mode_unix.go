//go:build unix

package control

import "syscall"

// setSocketMode is taken over by the socket's file on Linux. Others refuse it.
func setSocketMode(fd uintptr) { _ = syscall.Fchmod(int(fd), socketMode) }
