//go:build unix

package port

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// setAccess gives the file at path to a group and sets its permissions, each where asked for.
func setAccess(path string, mode fs.FileMode, group string) error {
	if group != "" {
		gid, err := groupID(group)
		if err != nil {
			return err
		}
		if err := os.Lchown(path, -1, gid); errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("group %s: you may not give a file to it: join the group, or run as root", group)
		} else if err != nil {
			return fmt.Errorf("group %s: %w", group, err)
		}
	}
	if mode != 0 {
		if err := os.Chmod(path, mode.Perm()); err != nil {
			return fmt.Errorf("mode %04o: %w", mode.Perm(), err)
		}
	}
	return nil
}

func groupID(group string) (int, error) {
	if id, err := strconv.ParseUint(group, 10, 31); err == nil {
		return int(id), nil
	}
	g, err := user.LookupGroup(group)
	if err != nil {
		return 0, fmt.Errorf("group %s: there is no such group: name one of /etc/group, or a number", group)
	}
	return strconv.Atoi(g.Gid)
}

// closeToOthers lets nobody but the user open a file.
func closeToOthers(fd uintptr) { _ = syscall.Fchmod(int(fd), ownerOnly) } // some systems cannot do it to a socket

const (
	lockWait = time.Second          // for a folder that another process has locked
	lockLook = 5 * time.Millisecond // how often it is tried
)

// lockFolder makes other modems wait that would lock the same folder. It leaves nothing behind, however the process ends.
func lockFolder(path string) (unlock func(), err error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(lockWait); ; time.Sleep(lockLook) {
		err = syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = folder.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(end) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), folder.Close())
		}
	}
}
