//go:build unix

package filelock

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// patience is how long a process that was killed may take to let its files go.
const patience = time.Second

// Lock locks a file for as long as it is open, or returns ErrLocked after a second. Its other
// errors say that the file system has no locks.
func Lock(f *os.File) error {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return err
		case time.Now().After(end):
			return ErrLocked
		}
	}
}
