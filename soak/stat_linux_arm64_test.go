//go:build iofail

package soak

import "golang.org/x/sys/unix"

const sysStat = unix.SYS_FSTATAT
