package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// socketMode lets in nobody but the user.
const socketMode = 0o600

// A unixListener removes its socket at its end, unless another has taken its
// place.
type unixListener struct {
	*net.UnixListener
	path string
	made fs.FileInfo
}

// listenUnix makes a socket that only its owner can open. One that nobody
// listens at any more is replaced, anything else that is there is an error.
func listenUnix(path string) (net.Listener, error) {
	l, err := bind(path)
	if errors.Is(err, syscall.EADDRINUSE) {
		if err := removeStale(path); err != nil {
			return nil, err
		}
		l, err = bind(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (choose a path in a folder that you can write to)", err)
	}
	l.SetUnlinkOnClose(false)
	err = os.Chmod(path, socketMode) // the umask may have taken bits away
	made, statErr := os.Lstat(path)
	if err = errors.Join(err, statErr); err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(path))
	}
	return &unixListener{l, path, made}, nil
}

// bind makes the socket with its mode from the start where the system can, and
// else leaves a moment up to the chmod that follows.
func bind(path string) (*net.UnixListener, error) {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error { return c.Control(setSocketMode) }}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	return l.(*net.UnixListener), nil
}

// removeStale removes the socket of a process that has died.
func removeStale(path string) error {
	if st, err := os.Lstat(path); err == nil && st.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is there and is no socket (choose another path)", path)
	}
	c, err := net.Dial("unix", path)
	switch {
	case err == nil:
		return errors.Join(fmt.Errorf("%s is in use: a process listens there (end it, or choose another path)", path), c.Close())
	case errors.Is(err, syscall.ECONNREFUSED):
		return os.Remove(path)
	}
	return fmt.Errorf("%w (remove it, or choose another path)", err)
}

// Close ends the listener and removes the socket.
func (l *unixListener) Close() error {
	err := l.UnixListener.Close()
	if now, statErr := os.Lstat(l.path); statErr == nil && os.SameFile(now, l.made) {
		err = errors.Join(err, os.Remove(l.path))
	}
	return err
}
