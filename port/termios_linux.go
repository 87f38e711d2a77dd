package port

import "golang.org/x/sys/unix"

// getTermios reads the settings that hosts see, with speeds of every kind (BOTHER too), through either end of the pty.
func getTermios(fd int) (*unix.Termios, error) { return unix.IoctlGetTermios(fd, ioctlGetTermios) }

// setTermios sets them at once. Never with the F or W variants: on a pty the first leaves output for the next host, the second may wait for a reader.
func setTermios(fd int, t *unix.Termios) error { return unix.IoctlSetTermios(fd, ioctlSetTermios, t) }

// rawed is t as a host must find it: nothing echoed, translated, or eaten, and one byte enough for a read. The speed stays.
func rawed(t unix.Termios) unix.Termios {
	t.Iflag = 0
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8 | unix.CREAD
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return t
}
