//go:build ppc64 || ppc64le

package port

import "golang.org/x/sys/unix"

// On POWER the plain requests include the speeds.
const (
	ioctlGetTermios = unix.TCGETS
	ioctlSetTermios = unix.TCSETS
)
