package backend

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// serverError converts err to one that a client may read, since replies carry its text. It has the
// path on the server and the system's reason, and leaves out the rest of err, which may contain
// paths of this machine.
func serverError(op, name string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &fs.PathError{Op: op, Path: name, Err: reason(err)}
}

// reason returns the system's error in err. An error without one is from os.Root, which refuses to
// leave its folder; for the client nothing exists there.
func reason(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	if errors.Is(err, fs.ErrClosed) {
		return fs.ErrClosed
	}
	return syscall.ENOENT
}

// missing reports whether err means that there is no such file.
func missing(err error) bool {
	why := reason(err)
	return errors.Is(why, fs.ErrNotExist) || why == syscall.ENOTDIR || why == syscall.ELOOP
}
