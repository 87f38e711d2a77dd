package backend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// tempPrefix begins the names of the private folders of embedded servers.
const tempPrefix = "modemsim-ftp-"

// A tempFolder is the private folder of an embedded server. It is locked as long as the server
// runs, so that the folder of a process that was killed is known by its free lock: the next process
// removes it.
type tempFolder struct {
	path  string
	lock  *os.File   // the folder; nil where there are no locks
	spare []*os.File // descriptors that a removal needs; until settle
}

// sweepOnce removes the folders of processes that were killed, once in a process.
var sweepOnce = sync.OnceFunc(func() { sweep(os.TempDir()) })

// newTempFolder makes a folder. A process that sweeps may remove it before it is locked; then
// another one is made.
func newTempFolder() (*tempFolder, error) {
	sweepOnce()
	for {
		path, err := os.MkdirTemp("", tempPrefix)
		if err != nil {
			return nil, fmt.Errorf("temporary folder for uploads: %w; set TMPDIR to a folder that can be written", err)
		}
		lock, free := lockFolder(path)
		if !free {
			continue
		}
		t := &tempFolder{path: path, lock: lock}
		if err := t.reserve(); err != nil {
			return nil, errors.Join(fmt.Errorf("temporary folder for uploads: %w", err), t.remove())
		}
		return t, nil
	}
}

// removalDepth is how many folders a removal has open at once: the one with the temporary folders,
// ours, samples and upload.
const removalDepth = 4

// reserve takes the descriptors of a removal before there is anything to remove, so that a start
// that fails because the process has no more leaves nothing behind.
func (t *tempFolder) reserve() error {
	for range removalDepth {
		f, err := os.Open(t.path)
		if err != nil {
			return err
		}
		t.spare = append(t.spare, f)
	}
	return nil
}

// settle gives the descriptors of a removal back: the start has not failed.
func (t *tempFolder) settle() {
	for _, f := range t.spare {
		f.Close()
	}
	t.spare = nil
}

// remove removes the folder. The lock goes first, for the descriptor that it takes may be what the
// removal lacks. An empty folder needs none.
func (t *tempFolder) remove() error {
	t.settle()
	if t.lock != nil {
		t.lock.Close()
	}
	if os.Remove(t.path) == nil {
		return nil
	}
	if err := os.RemoveAll(t.path); err != nil {
		return fmt.Errorf("remove the embedded server's temporary folder: %w; remove it by hand", err)
	}
	return nil
}

// sweep removes the folders in a folder that belong to nobody any more. What cannot be removed, or
// is another user's, stays.
func sweep(folder string) {
	all, _ := filepath.Glob(filepath.Join(folder, tempPrefix+"*")) // the pattern is well formed
	for _, path := range all {
		if lock, free := lockFolder(path); free && lock != nil {
			_ = os.RemoveAll(path)
			lock.Close()
		}
	}
}
