package port

import "golang.org/x/sys/unix"

// getTermios reads the settings that hosts see, through either end of the pty. Speeds may be of any
// kind, BOTHER included.
func getTermios(fd int) (*unix.Termios, error) { return unix.IoctlGetTermios(fd, ioctlGetTermios) }

// setTermios sets them at once. The F and W variants are of no use on a pty: the first leaves
// output for the next host, the second may wait for a reader.
func setTermios(fd int, t *unix.Termios) error { return unix.IoctlSetTermios(fd, ioctlSetTermios, t) }

// rawMode returns t in raw mode: nothing is echoed, translated or swallowed, and one byte is enough
// for a read. The speed is kept.
func rawMode(t unix.Termios) unix.Termios {
	t.Iflag = 0
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8 | unix.CREAD
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return t
}
