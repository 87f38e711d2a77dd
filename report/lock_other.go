//go:build !unix

package report

import "os"

// lock locks nothing on this system.
func lock(*os.File) error { return nil }

// canHold says that a file can be replaced while it is open.
const canHold = false
