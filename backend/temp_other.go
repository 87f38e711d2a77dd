//go:build !unix

package backend

import "os"

// lockFolder locks nothing on this system.
func lockFolder(string) (lock *os.File, free bool) { return nil, true }
