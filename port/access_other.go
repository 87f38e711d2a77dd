//go:build !unix

package port

import (
	"fmt"
	"io/fs"
	"runtime"
)

// setAccess can give a file to nobody here: who may open it is up to its folder.
func setAccess(_ string, mode fs.FileMode, group string) error {
	if group != "" || mode.Perm() != ownerOnly {
		return fmt.Errorf("permissions and a group are not supported on %s", runtime.GOOS)
	}
	return nil
}

func closeToOthers(uintptr) {}

// lockFolder locks nothing here.
func lockFolder(string) (unlock func(), err error) { return func() {}, nil }
