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

// SocketOptions says who can connect to a unix socket. The zero value is its owner alone.
type SocketOptions struct {
	Mode  fs.FileMode // permissions; 0 is 0600
	Group string      // name or number of the group that gets it; "" leaves it
}

// ownerOnly lets in nobody but the user.
const ownerOnly = 0o600

// unixListener removes its socket at its end, unless another has taken its place.
type unixListener struct {
	*net.UnixListener
	path string
	made fs.FileInfo
}

// ListenUnix makes a unix socket at a path. One whose process has died is replaced, anything else that is there is an error and stays. Close removes the
// socket, unless another has taken its place.
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

// bind makes the socket the owner's alone from the start: Linux takes the mode over from the descriptor. Others refuse to set it there, and leave a moment
// up to the setAccess that follows.
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

// replace makes the socket where that of a process that has died is. Of several who find that, one at a time looks and removes, or it could be what another
// has just made.
func replace(path string) (*net.UnixListener, error) {
	unlock, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s is there: %w (remove it, or choose another path)", path, err)
	}
	defer unlock()
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := bind(path)
	if errors.Is(err, syscall.EADDRINUSE) { // by one who came when nothing was there
		err = inUse(path)
	}
	return l, err
}

// removeStale removes the socket of a process that has died. A socket of another kind tells it from one that lives, without a connection that the
// other process would take for a client.
func removeStale(path string) error {
	if st, err := os.Lstat(path); err == nil && st.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is there and is no socket (choose another path)", path)
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

// Close ends the listener and removes the socket.
func (l *unixListener) Close() error {
	err := l.UnixListener.Close()
	if now, statErr := os.Lstat(l.path); statErr == nil && os.SameFile(now, l.made) {
		err = errors.Join(err, os.Remove(l.path))
	}
	return err
}
