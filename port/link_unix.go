//go:build unix

package port

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
)

// makeLink makes path a symbolic link to target in one step, so that a program that waits for the
// link never sees an old or missing one in between.
func makeLink(path, target string) error {
	if st, err := os.Lstat(path); err == nil && st.Mode()&fs.ModeSymlink == 0 {
		return fmt.Errorf("port: link %s: it exists and is not a symbolic link: remove it or name another path", path)
	}
	temp := fmt.Sprintf("%s.%08x", path, rand.Uint32())
	if err := os.Symlink(target, temp); err != nil {
		return fmt.Errorf("port: link %s: %w: name a path in a folder that you can write to", path, err)
	}
	if err := os.Rename(temp, path); err != nil {
		_ = os.Remove(temp) // the rename's error is the one to report
		return fmt.Errorf("port: link %s: %w", path, err)
	}
	return nil
}

// removeLink removes the link unless it points elsewhere meanwhile.
func removeLink(path, target string) error {
	if to, err := os.Readlink(path); err != nil || to != target {
		return nil
	}
	return os.Remove(path)
}
