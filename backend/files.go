package backend

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	ftpserver "github.com/fclairamb/ftpserverlib"
	"github.com/spf13/afero"
)

// files is the tree that the clients of one embedded server see: the served folder, overlaid by
// what they stored, minus what they deleted. The served folder is only read. Both folders are
// os.Roots, so no path and no symbolic link leads out of them; links that would, and whatever is
// neither a folder nor a regular file, are hidden. A link that stays inside is a second name:
// deleting one of the two leaves the other.
//
// Names are paths on the server: absolute, with slashes, cleaned. Errors name these and never a
// path of the machine.
type files struct {
	afero.Fs // refuses all that the methods below do not implement

	served *os.Root // the served folder
	stored *os.Root // what clients stored
	saved  *os.Root // nil if complete uploads are not saved
	log    *slog.Logger
	failed func(error) // see [EmbeddedOptions]; nil: nobody

	mu      sync.Mutex // guards the shape of the tree and the fields below, not file contents
	closed  bool
	gone    map[string]bool      // deleted: these names and all below are not looked up in served
	uploads map[string]*received // the last upload of each name, running or ended
	open    sync.WaitGroup       // open files
}

var (
	_ ftpserver.ClientDriver                      = (*files)(nil)
	_ ftpserver.ClientDriverExtensionFileList     = (*files)(nil)
	_ ftpserver.ClientDriverExtentionFileTransfer = (*files)(nil)
	_ ftpserver.ClientDriverExtensionRemoveDir    = (*files)(nil)
)

// openFiles makes a tree over the folder served. It stores changes in a new folder stored, and
// saves complete uploads in the folder saved, unless that is empty.
func openFiles(served, stored, saved string, log *slog.Logger) (*files, error) {
	f := &files{
		Fs:      afero.NewReadOnlyFs(afero.NewMemMapFs()),
		log:     log,
		gone:    make(map[string]bool),
		uploads: make(map[string]*received),
	}
	var err error
	if f.served, err = openServed(served); err == nil && saved != "" {
		f.saved, err = openSaved(saved)
	}
	if err == nil {
		f.stored, err = makeStored(stored)
	}
	if err != nil {
		closeAll(f.served, f.saved)
		return nil, err
	}
	return f, nil
}

// close waits for the open files and closes the folders.
func (f *files) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.open.Wait()
	closeAll(f.served, f.stored, f.saved)
}

// refused tells of an upload that could not be stored or saved.
func (f *files) refused(name string, err error) {
	f.log.Error("upload failed", "name", name, "err", err)
	if f.failed != nil {
		f.failed(fmt.Errorf("the upload of %s failed: %w", name, err))
	}
}

// Name implements afero.Fs.
func (f *files) Name() string { return "embedded" }

// Stat implements afero.Fs.
func (f *files) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, _, err := f.lookup(name)
	return listed(info), serverError("stat", name, err)
}

// ReadDir implements ftpserver.ClientDriverExtensionFileList, sorted by name.
func (f *files) ReadDir(name string) ([]fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, err := f.list(name)
	for i, info := range list {
		list[i] = listed(info)
	}
	return list, serverError("readdir", name, err)
}

// lookup returns name's info and the folder that holds it.
func (f *files) lookup(name string) (fs.FileInfo, *os.Root, error) {
	if info, err := f.stored.Stat(rel(name)); err == nil {
		return info, f.stored, nil
	}
	if f.whitedOut(name) {
		return nil, nil, syscall.ENOENT
	}
	info, err := f.served.Stat(rel(name))
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, nil, syscall.ENOENT
	}
	return info, f.served, nil
}

// whitedOut reports whether name, or a folder that it is in, was deleted from the served folder.
func (f *files) whitedOut(name string) bool {
	for ; name != "/"; name = path.Dir(name) {
		if f.gone[name] {
			return true
		}
	}
	return false
}

// list returns the entries of the folder name.
func (f *files) list(name string) ([]fs.FileInfo, error) {
	if err := f.needFolder(name); err != nil {
		return nil, err
	}
	var names []string
	for _, folder := range []*os.Root{f.served, f.stored} {
		more, err := childNames(folder, name)
		if err != nil && !missing(err) {
			return nil, err
		}
		names = append(names, more...)
	}
	slices.Sort(names)
	var list []fs.FileInfo
	for _, child := range slices.Compact(names) {
		if info, _, err := f.lookup(path.Join(name, child)); err == nil {
			list = append(list, info)
		}
	}
	return list, nil
}

func childNames(folder *os.Root, name string) ([]string, error) {
	d, err := folder.Open(rel(name))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

// needFolder returns an error unless name is a folder.
func (f *files) needFolder(name string) error {
	info, _, err := f.lookup(name)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	return err
}

// storedContent returns the content of name if it is a complete upload.
func (f *files) storedContent(name string) ([]byte, bool) {
	name = path.Clean("/" + name)
	f.mu.Lock()
	defer f.mu.Unlock()
	if u := f.uploads[name]; u == nil || !u.complete || f.closed {
		return nil, false
	}
	content, err := f.stored.ReadFile(rel(name))
	if err != nil {
		f.log.Error("stored upload cannot be read", "name", name, "err", err)
		return nil, false
	}
	return content, true
}

// seed puts a file into the tree that does not count as an upload.
func (f *files) seed(name string, content []byte) error {
	name = path.Clean("/" + name)
	f.mu.Lock()
	defer f.mu.Unlock()
	if info, _, err := f.lookup(name); err == nil && info.IsDir() {
		return serverError("write", name, syscall.EISDIR)
	}
	if err := f.stored.MkdirAll(rel(path.Dir(name)), 0o700); err != nil {
		return serverError("mkdir", path.Dir(name), err)
	}
	f.forget(name)
	if err := f.stored.RemoveAll(rel(name)); err != nil { // running downloads keep the old file
		return serverError("write", name, err)
	}
	return serverError("write", name, f.stored.WriteFile(rel(name), content, 0o600))
}

// rel converts name to the form that os.Root takes.
func rel(name string) string {
	if name == "/" {
		return "."
	}
	return strings.TrimPrefix(name, "/")
}

// within reports whether name is folder or lies in it.
func within(name, folder string) bool {
	return name == folder || folder == "/" || strings.HasPrefix(name, folder+"/")
}

// closeAll closes the roots that are not nil.
func closeAll(roots ...*os.Root) {
	for _, r := range roots {
		if r != nil {
			r.Close()
		}
	}
}
