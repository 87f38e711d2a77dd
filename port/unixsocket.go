package port

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// SocketOptions say who can connect to a unix socket. With the zero value only its owner can.
type SocketOptions struct {
	Mode  fs.FileMode // permissions; 0 is 0600
	Group string      // name or number of its group; "" keeps that of the system
}

// ownerOnly is the permission for the owner alone.
const ownerOnly = 0o600

// unixListener removes its socket when it is closed, unless another has taken its place.
type unixListener struct {
	*net.UnixListener
	path string
	made fs.FileInfo
}

// ListenUnix listens on a unix socket at path. A socket whose process has died is replaced;
// anything else at path is an error and is kept. Close removes the socket, unless another has taken
// its place.
func ListenUnix(path string, o SocketOptions) (net.Listener, error) {
	l, err := bind(path)
	if errors.Is(err, syscall.EADDRINUSE) {
		l, err = replace(path)
	}
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if o.Mode == 0 {
		o.Mode = ownerOnly
	}
	err = setAccess(path, o.Mode, o.Group)
	made, statErr := os.Lstat(path)
	if err = errors.Join(err, statErr); err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(path))
	}
	return &unixListener{l, path, made}, nil
}

// bind makes the socket. On Linux only the owner can connect to it from the start, since the file
// gets the mode of the descriptor. Other systems refuse that, and others can connect until the
// setAccess that follows.
func bind(path string) (*net.UnixListener, error) {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(closeToOthers)
	}}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("%w (choose a path in a folder that you can write to)", err)
	}
	return l.(*net.UnixListener), nil
}

// replace makes the socket in place of one whose process has died. It holds a lock, or it could
// remove the socket that another modem has just put there.
func replace(path string) (*net.UnixListener, error) {
	unlock, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s exists: %w (remove it, or choose another path)", path, err)
	}
	defer unlock()
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := bind(path)
	if errors.Is(err, syscall.EADDRINUSE) { // another process was faster
		err = inUse(path)
	}
	return l, err
}

// removeStale removes the socket of a process that has died. It connects with a socket of another
// type, which tells whether a process listens without that process seeing a client.
func removeStale(path string) error {
	if st, err := os.Lstat(path); err == nil && st.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s exists and is not a socket (choose another path)", path)
	}
	c, err := net.Dial("unixgram", path)
	switch {
	case err == nil:
		return errors.Join(inUse(path), c.Close())
	case errors.Is(err, syscall.EPROTOTYPE):
		return inUse(path)
	case errors.Is(err, syscall.ECONNREFUSED):
		return os.Remove(path)
	}
	return fmt.Errorf("%w (remove it, or choose another path)", err)
}

func inUse(path string) error {
	return fmt.Errorf("%s is in use: a process listens there (end it, or choose another path)", path)
}

// Close closes the listener and removes the socket.
func (l *unixListener) Close() error {
	err := l.UnixListener.Close()
	now, statErr := os.Lstat(l.path)
	switch {
	case errors.Is(statErr, fs.ErrNotExist):
	case statErr != nil:
		err = errors.Join(err, fmt.Errorf("remove the socket: %w; remove it by hand", statErr))
	case os.SameFile(now, l.made):
		err = errors.Join(err, os.Remove(l.path))
	}
	return err
}
