package backend

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// FS returns the files of the server, for reading. Its Open opens files alone, which are
// io.Seekers.
func (e *Embedded) FS() fs.ReadDirFS { return filesFS{e.files} }

// Upload stores what content holds up to io.EOF as an upload by FTP does: complete uploads alone
// are those of [Embedded.Stored] and saved. It makes missing folders.
func (e *Embedded) Upload(name string, content io.Reader) error {
	name = path.Clean("/" + name)
	if err := e.files.makeFolders(path.Dir(name)); err != nil {
		return err
	}
	t, err := e.files.GetHandle(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(t, content)
	if broken, ok := t.(ftpserver.FileTransferError); ok && err != nil {
		broken.TransferError(err)
	}
	return errors.Join(err, t.Close())
}

// makeFolders makes a folder and those that it is in, where they are missing.
func (f *files) makeFolders(name string) error {
	if name == "/" {
		return nil
	}
	if err := f.makeFolders(path.Dir(name)); err != nil {
		return err
	}
	if err := f.Mkdir(name, 0); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// filesFS is the tree as an fs.FS, whose names have no slash in front.
type filesFS struct{ files *files }

// Open implements fs.FS.
func (f filesFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	t, err := f.files.GetHandle(path.Clean("/"+name), os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	return openFile{t.(*sent)}, nil
}

// ReadDir implements fs.ReadDirFS, sorted by name.
func (f filesFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	list, err := f.files.ReadDir(path.Clean("/" + name))
	var entries []fs.DirEntry
	for _, info := range list {
		entries = append(entries, fs.FileInfoToDirEntry(info))
	}
	return entries, err
}

// openFile is a file of filesFS, which seeks too.
type openFile struct{ *sent }

// Stat implements fs.File.
func (f openFile) Stat() (fs.FileInfo, error) {
	info, err := f.file.Stat()
	return info, f.fail("stat", err)
}
