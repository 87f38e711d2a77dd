package port

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/modemsim/modemsim/internal/filelock"
)

// A link is the symbolic link to a pty, at a path that a modem has for itself. A file beside it,
// .NAME.lock, says so: it is locked as long as the modem lives, whether the link is there or not,
// and holds the number of the process and where the link leads. The kernel unlocks the file of a
// process that was killed, and then the next modem takes over both.
type link struct {
	path   string
	lock   *os.File
	target string // what the link leads to; "": there is none
}

// claimLink takes a path for a link. The link of a modem that was killed is removed. Whatever else
// is at the path stays and is an error: another modem's link, a file, somebody's own link.
func claimLink(path string) (*link, error) {
	if st, err := os.Lstat(path); err == nil && st.Mode().Type() != fs.ModeSymlink {
		return nil, fmt.Errorf("port: link %s: it exists and is not a symbolic link: remove it or name another path", path)
	}
	lock, err := lockFile(lockPath(path))
	if err != nil {
		return nil, fmt.Errorf("port: link %s: %w", path, err)
	}
	l := &link{path: path, lock: lock}
	if err := l.removeStale(); err != nil {
		return nil, errors.Join(fmt.Errorf("port: link %s: %w", path, err), l.release())
	}
	return l, nil
}

// lockPath is the file that is locked for the link at path.
func lockPath(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
}

// lockFile makes and locks a file that its holder removes while it is locked.
func lockFile(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o644)
		if err != nil {
			return nil, fmt.Errorf("%w: name a path in a folder that you can write to", err)
		}
		err = filelock.Lock(f)
		if errors.Is(err, filelock.ErrLocked) {
			return nil, errors.Join(fmt.Errorf("it is the link of a modem that runs%s: end that or name another path", holder(f)), f.Close())
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w: name a path in another folder", path, err), f.Close())
		}
		if isAt(f, path) {
			return f, nil
		}
		f.Close() // its holder has just removed it
	}
}

// isAt reports whether an open file is the one at path.
func isAt(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(mine, there)
}

// holder names the process that has locked a file, as far as the file says so.
func holder(f *os.File) string {
	pid, _ := readLock(f)
	if pid == "" {
		return ""
	}
	return " (process " + pid + ")"
}

// readLock returns what a lock file holds: a process and where its link leads.
func readLock(f *os.File) (pid, target string) {
	buf := make([]byte, 256)
	n, _ := f.ReadAt(buf, 0) // a file that cannot be read says nothing
	if fields := strings.Fields(string(buf[:n])); len(fields) == 2 {
		return fields[0], fields[1]
	}
	return "", ""
}

// ptyFolder is where the slaves of ptys are.
const ptyFolder = "/dev/pts/"

// removeStale removes the link of a modem that was killed: the one that the lock file tells of, or
// one to a pty that is gone. Another link is somebody's own and an error.
func (l *link) removeStale() error {
	to, err := os.Readlink(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, left := readLock(l.lock)
	if to != left && !(strings.HasPrefix(to, ptyFolder) && !exists(to)) {
		return fmt.Errorf("it is a symbolic link to %s, which no modem made: remove it or name another path", to)
	}
	return os.Remove(l.path)
}

// exists reports whether something is at path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// lead makes the link to a pty. It never replaces what came to be at the path meanwhile.
func (l *link) lead(target string) error {
	text := fmt.Appendf(nil, "%d %s\n", os.Getpid(), target)
	err := l.lock.Truncate(0)
	if err == nil {
		_, err = l.lock.WriteAt(text, 0)
	}
	if err == nil {
		err = os.Symlink(target, l.path)
	}
	if err != nil {
		return fmt.Errorf("port: link %s: %w: name a path in a folder that you can write to", l.path, err)
	}
	l.target = target
	return nil
}

// remove removes the link unless somebody has put something else in its place.
func (l *link) remove() error {
	to, err := os.Readlink(l.path)
	switch {
	case l.target == "" || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EINVAL): // no link
		return nil
	case err != nil:
		return fmt.Errorf("port: remove the link: %w; remove it by hand", err)
	case to != l.target:
		return nil
	}
	l.target = ""
	return os.Remove(l.path)
}

// release gives the path up: the link goes, and the lock after it.
func (l *link) release() error {
	err := l.remove()
	if isAt(l.lock, lockPath(l.path)) {
		err = errors.Join(err, os.Remove(lockPath(l.path)))
	}
	return errors.Join(err, l.lock.Close())
}
