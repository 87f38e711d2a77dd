package backend

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// openServed opens the folder to serve. It lists it once, so that a bad folder is reported at the
// start and not to a client.
func openServed(folder string) (*os.Root, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, badFolder("files", folder, err, "name a folder that exists and can be read")
	}
	d, err := root.Open(".")
	if err == nil {
		_, err = d.Readdirnames(-1)
		d.Close()
	}
	if err != nil {
		root.Close()
		return nil, badFolder("files", folder, err, "make it readable or name another")
	}
	return root, nil
}

// openSaved opens the folder to save uploads in. It creates and removes a file there, so that a
// folder that is not writable is reported before an upload is lost.
func openSaved(folder string) (*os.Root, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, badFolder("save", folder, err, "create it or name another")
	}
	name := unfinishedName(".")
	probe, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		probe.Close()
		err = root.Remove(name)
	}
	if err != nil {
		root.Close()
		return nil, badFolder("save", folder, err, "make it writable or name another")
	}
	return root, nil
}

func makeStored(folder string) (*os.Root, error) {
	err := os.Mkdir(folder, 0o700)
	if err == nil {
		var root *os.Root
		if root, err = os.OpenRoot(folder); err == nil {
			return root, nil
		}
	}
	return nil, fmt.Errorf("folder for uploads: %w; set TMPDIR to a folder that can be written", err)
}

// badFolder returns an error of one line about a folder that the user named.
func badFolder(which, folder string, err error, hint string) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err // without the name, which the line already has
	}
	return fmt.Errorf("%s folder %q: %w; %s", which, folder, err, hint)
}

// checkApart returns an error if the folder for uploads is the served folder or lies in it, since
// that one must not change.
func checkApart(served, saved string) error {
	shown, err := os.Stat(served)
	if err != nil {
		return badFolder("files", served, err, "name a folder that exists and can be read")
	}
	above, err := filepath.Abs(saved)
	if err == nil {
		above, err = filepath.EvalSymlinks(above)
	}
	if err != nil {
		return badFolder("save", saved, err, "create it or name another")
	}
	for ; ; above = filepath.Dir(above) {
		if info, err := os.Stat(above); err == nil && os.SameFile(info, shown) {
			return fmt.Errorf("save folder %q lies in the files folder %q, which is never changed; name a folder outside it", saved, served)
		}
		if above == filepath.Dir(above) {
			return nil
		}
	}
}
