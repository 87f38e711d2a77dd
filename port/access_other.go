//go:build !unix

package port

import (
	"fmt"
	"io/fs"
	"runtime"
)

// setAccess fails unless it is asked for the owner alone: this system has neither permissions nor
// groups, and the folder decides who may open the file.
func setAccess(_ string, mode fs.FileMode, group string) error {
	if group != "" || mode.Perm() != ownerOnly {
		return fmt.Errorf("permissions and a group are not supported on %s", runtime.GOOS)
	}
	return nil
}

func closeToOthers(uintptr) {}

// lockFolder does nothing on this system.
func lockFolder(string) (unlock func(), err error) { return func() {}, nil }
