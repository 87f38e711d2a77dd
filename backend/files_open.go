package backend

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// openServed opens the folder to show. It tries to list it, so that a bad one is found before a client comes.
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

// openSaved opens the folder to save uploads in. It creates a file there and removes it again, so that a folder that
// cannot be written is found before an upload is lost.
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

// badFolder is one line about a folder that the user named.
func badFolder(which, folder string, err error, hint string) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err // without the name that the line has already
	}
	return fmt.Errorf("%s folder %q: %w; %s", which, folder, err, hint)
}

// checkApart refuses a folder for uploads that is the served folder or lies in it, for that one must never change.
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
