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

// setAccess sets the group and the permissions of the file at path. An empty group and mode 0 leave
// them as they are.
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

// closeToOthers takes all permissions of a file from everybody but its owner. It does nothing on
// systems that cannot do so to a socket.
func closeToOthers(fd uintptr) { _ = syscall.Fchmod(int(fd), ownerOnly) }

const (
	lockWait = time.Second          // how long to wait for a folder that another process has locked
	lockLook = 5 * time.Millisecond // time between two attempts
)

// lockFolder locks a folder against other modems, which wait in their lockFolder. The lock ends
// with the process and leaves no file behind.
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
