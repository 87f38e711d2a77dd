// Package filelock locks files that one process at a time may write.
package filelock

import "errors"

// ErrLocked is the error of a file that somebody else has locked.
var ErrLocked = errors.New("being written by another run")
