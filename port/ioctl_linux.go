//go:build !ppc64 && !ppc64le

package port

import "golang.org/x/sys/unix"

const (
	ioctlGetTermios = unix.TCGETS2
	ioctlSetTermios = unix.TCSETS2
)
