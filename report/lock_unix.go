//go:build unix

package report

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a report for as long as the file is open. Where files cannot be locked nothing keeps
// another run from it.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return nil
}

// canHold says that a file can be replaced while it is open.
const canHold = true
