//go:build unix

package control_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/modemsim/modemsim/control"
)

func TestSocketIsTheUsersAlone(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o777} {
		path := filepath.Join(t.TempDir(), "ctl")
		before := syscall.Umask(mask)
		s, err := control.Listen(path)
		syscall.Umask(before)
		if err != nil {
			t.Fatal(err)
		}
		if st, err := os.Lstat(path); err != nil || st.Mode() != fs.ModeSocket|0o600 {
			t.Errorf("umask %03o: %v, %v", mask, st.Mode(), err)
		}
		closed(t, s)
	}
}
