package backend

import (
	"io/fs"
	"path"
	"syscall"
)

// Mkdir makes a folder (MKD). Its parent must exist.
func (f *files) Mkdir(name string, _ fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return serverError("mkdir", name, f.mkdir(name))
}

func (f *files) mkdir(name string) error {
	if _, _, err := f.lookup(name); err == nil {
		return syscall.EEXIST
	}
	if err := f.makeRoomFor(name); err != nil {
		return err
	}
	return f.stored.Mkdir(rel(name), 0o700)
}

// Remove deletes a file (DELE).
func (f *files) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, _, err := f.lookup(name)
	switch {
	case err != nil:
	case info.IsDir():
		err = syscall.EISDIR
	default:
		err = f.erase(name)
	}
	return serverError("remove", name, err)
}

// RemoveDir deletes an empty folder (RMD).
func (f *files) RemoveDir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, err := f.list(name)
	switch {
	case err != nil:
	case name == "/":
		err = syscall.EBUSY
	case len(list) > 0:
		err = syscall.ENOTEMPTY
	default:
		err = f.erase(name)
	}
	return serverError("rmdir", name, err)
}

// Rename moves a file, or a folder with all that is in it (RNFR, RNTO). A file may replace a file.
func (f *files) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if from == to {
		_, _, err := f.lookup(from)
		return serverError("rename", from, err)
	}
	if err := f.mayRename(from, to); err != nil {
		return err
	}
	if err := f.copyUp(from); err != nil {
		return serverError("rename", from, err)
	}
	if err := f.stored.Rename(rel(from), rel(to)); err != nil {
		return serverError("rename", to, err)
	}
	f.gone[from] = true
	f.forget(to)
	for name, u := range f.uploads {
		if within(name, from) {
			delete(f.uploads, name)
			u.name = to + name[len(from):]
			f.uploads[u.name] = u
		}
	}
	return nil
}

func (f *files) mayRename(from, to string) error {
	source, _, err := f.lookup(from)
	if err != nil {
		return serverError("rename", from, err)
	}
	if within(to, from) {
		return serverError("rename", to, syscall.EINVAL)
	}
	if target, _, err := f.lookup(to); err == nil && (target.IsDir() || source.IsDir()) {
		return serverError("rename", to, syscall.EEXIST)
	}
	return serverError("rename", to, f.makeRoomFor(to))
}

// erase deletes name and all below it from the tree.
func (f *files) erase(name string) error {
	if err := f.stored.RemoveAll(rel(name)); err != nil {
		return err
	}
	f.gone[name] = true
	f.forget(name)
	return nil
}

// forget drops the uploads at and below name.
func (f *files) forget(name string) {
	for upload := range f.uploads {
		if within(upload, name) {
			delete(f.uploads, upload)
		}
	}
}

// makeRoomFor makes the folder of name in stored. The folder must exist in the tree.
func (f *files) makeRoomFor(name string) error {
	folder := path.Dir(name)
	if err := f.needFolder(folder); err != nil {
		return err
	}
	return f.stored.MkdirAll(rel(folder), 0o700)
}

// copyUp copies name and all below it to stored, so that it can be changed there.
func (f *files) copyUp(name string) error {
	info, folder, err := f.lookup(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		if folder == f.stored {
			return nil
		}
		return f.copyFileUp(name)
	}
	if err := f.stored.MkdirAll(rel(name), 0o700); err != nil {
		return err
	}
	list, err := f.list(name)
	for _, child := range list {
		if err == nil {
			err = f.copyUp(path.Join(name, child.Name()))
		}
	}
	return err
}

func (f *files) copyFileUp(name string) error {
	source, err := f.served.Open(rel(name))
	if err != nil {
		return err
	}
	defer source.Close()
	if err := f.stored.MkdirAll(rel(path.Dir(name)), 0o700); err != nil {
		return err
	}
	return writeNew(f.stored, rel(name), source)
}
