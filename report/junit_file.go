package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/modemsim/modemsim/internal/filelock"
)

// canHold says that a file can be replaced while it is open.
const canHold = runtime.GOOS != "windows"

// Errors of a file that a report cannot be written to.
var (
	// ErrNotAFile is the error of a path where something else than a regular file is.
	ErrNotAFile = errors.New("not a regular file")
	// ErrInUse is the error of a file that another run writes its report to.
	ErrInUse = filelock.ErrLocked
)

// A junitFile is the file of a report. It is locked from the start to the end, where the system can
// do that, and found out when another program has put its own in the place.
type junitFile struct {
	path string
	held *os.File    // what lies at the path, locked; nil: nothing yet, or it cannot be held
	made fs.FileInfo // what was written last; nil: nothing yet
}

// openJUnitFile finds where the file is to be, behind a symbolic link, and locks what is there.
func openJUnitFile(path string) (*junitFile, error) {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is %w", path, ErrNotAFile)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	f := &junitFile{path: path}
	there, err := os.Open(path)
	if err != nil { // it is not there, or cannot be read, and may be replaced yet
		return f, nil
	}
	if err := filelock.Lock(there); errors.Is(err, ErrInUse) {
		there.Close()
		return nil, fmt.Errorf("%s is %w", path, err)
	}
	if canHold {
		f.held = there
		return f, nil
	}
	return f, there.Close()
}

// write puts a new file in the place of the old one, unless that is another program's.
func (f *junitFile) write(text []byte) error {
	if now, err := os.Lstat(f.path); err == nil && f.made != nil && !os.SameFile(now, f.made) {
		return fmt.Errorf("write %s: another run has replaced it", f.path)
	}
	fresh := filepath.Join(filepath.Dir(f.path), fmt.Sprintf(".%s.%d", filepath.Base(f.path), os.Getpid()))
	next, err := os.OpenFile(fresh, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err == nil {
		err = f.replace(next, text)
	}
	if err != nil {
		os.Remove(fresh) // it may not be there
		return fmt.Errorf("write %s: %w", f.path, withoutName(err))
	}
	return nil
}

// withoutName leaves the name of a file that nobody knows out of an error.
func withoutName(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	if at, ok := errors.AsType[*os.LinkError](err); ok {
		return at.Err
	}
	return err
}

// replace writes a new file and moves it to the path. It holds it from then on, and lets the old
// one go.
func (f *junitFile) replace(next *os.File, text []byte) error {
	_, err := next.Write(text)
	made, statErr := next.Stat()
	_ = filelock.Lock(next) // nobody else knows the file; where there are no locks it goes without
	if err = errors.Join(err, statErr); err != nil || !canHold {
		err = errors.Join(err, next.Close())
	}
	if err == nil {
		err = os.Rename(next.Name(), f.path)
	}
	if err != nil {
		return errors.Join(err, next.Close()) // a second time perhaps, which does nothing
	}
	old := f.held
	f.made = made
	if canHold {
		f.held = next
	}
	if old != nil {
		_ = old.Close() // it has been replaced: nothing is lost with it
	}
	return nil
}

// close gives the file up.
func (f *junitFile) close() error {
	if f.held == nil {
		return nil
	}
	return f.held.Close()
}
