package backend

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// serverError is err about name as a client may read it. A reply carries the text of such an error, so it names the path
// on the server and the system's reason, and nothing else of what err says: that may be a path of the machine.
func serverError(op, name string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &fs.PathError{Op: op, Path: name, Err: reason(err)}
}

// reason is the system's error in err. What has none comes from os.Root, which refuses to leave its folder: nothing that
// a client may know exists there.
func reason(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	if errors.Is(err, fs.ErrClosed) {
		return fs.ErrClosed
	}
	return syscall.ENOENT
}

// missing reports whether err says that there is no such file.
func missing(err error) bool {
	why := reason(err)
	return errors.Is(why, fs.ErrNotExist) || why == syscall.ENOTDIR || why == syscall.ELOOP
}
