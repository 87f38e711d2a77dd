//go:build unix

package backend

import (
	"errors"
	"os"
	"syscall"
)

// lockFolder locks a folder of this user, and reports whether it is free: nobody has locked it, and
// it is there still. Where folders cannot be locked or looked at it is free, without a lock.
func lockFolder(path string) (lock *os.File, free bool) {
	folder, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, !errors.Is(err, os.ErrNotExist)
	}
	mine, err := folder.Stat()
	if err == nil {
		err = syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	there, gone := os.Lstat(path)
	switch {
	case err == nil && gone == nil && os.SameFile(mine, there) && mine.Sys().(*syscall.Stat_t).Uid == uint32(os.Geteuid()):
		return folder, true
	case err == nil && (gone == nil || errors.Is(gone, os.ErrNotExist)) || errors.Is(err, syscall.EWOULDBLOCK):
		folder.Close()
		return nil, false
	}
	folder.Close()
	return nil, true
}
