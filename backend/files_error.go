package backend

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
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

// A restartError is the error of a REST past the end of the file: what is stored would have a hole
// that no client has sent.
type restartError struct {
	name         string
	offset, size int64
}

func (e *restartError) Error() string {
	return fmt.Sprintf("REST %d is past the %d bytes of %s", e.offset, e.size, e.name)
}

// restartRefusal is the reply that the library makes of a restartError.
var restartRefusal = regexp.MustCompile(`^550 .*(REST [0-9]+ is past the [0-9]+ bytes of .*\r\n)$`)

// replyCodes gives a line of a reply the code that the library has not: 554 for a transfer whose
// REST is wrong (RFC 1123 4.1).
func replyCodes(line []byte) []byte {
	if m := restartRefusal.FindSubmatch(line); m != nil {
		return append([]byte("554 "), m[1]...)
	}
	return line
}
