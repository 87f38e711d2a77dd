//go:build unix

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// Lock locks a file for as long as it is open, or returns ErrLocked. On a file system without locks
// it does nothing.
func Lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return nil
}
