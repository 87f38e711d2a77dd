package backend

import (
	"io"
	"io/fs"
	"os"
	"syscall"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// GetHandle opens name for one transfer: for reading (RETR), for writing at an offset that the
// library seeks to (STOR, with os.O_TRUNC if there was no REST), or for appending (APPE,
// os.O_APPEND). It refuses anything but a regular file, and an offset past its end, which is before
// the 150 reply.
func (f *files) GetHandle(name string, flags int, offset int64) (ftpserver.FileTransfer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var transfer ftpserver.FileTransfer
	var err error
	switch info, folder, missing := f.lookup(name); {
	case f.closed:
		err = fs.ErrClosed
	case missing == nil && info.IsDir():
		err = syscall.EISDIR
	case missing == nil && offset > info.Size():
		return nil, &restartError{name, offset, info.Size()}
	case missing != nil && flags&os.O_WRONLY != 0 && offset > 0:
		return nil, &restartError{name, offset, 0}
	case flags&os.O_WRONLY != 0:
		transfer, err = f.receive(name, flags)
	case missing != nil:
		err = missing
	default:
		transfer, err = f.send(name, folder)
	}
	if err != nil {
		return nil, serverError("open", name, err)
	}
	f.open.Add(1)
	return transfer, nil
}

func (f *files) send(name string, folder *os.Root) (*sent, error) {
	file, err := folder.Open(rel(name))
	if err != nil {
		return nil, err
	}
	return &sent{transferFile{files: f, name: name, file: file}}, nil
}

// receive opens an upload. Whether name is complete depends on the new upload from then on.
func (f *files) receive(name string, flags int) (*received, error) {
	if err := f.makeRoomFor(name); err != nil {
		return nil, err
	}
	if _, folder, err := f.lookup(name); err == nil && folder == f.served && flags&os.O_TRUNC == 0 {
		if err := f.copyFileUp(name); err != nil {
			return nil, err
		}
	}
	// Opened for reading too: a complete upload is copied from this descriptor, even if the name
	// belongs to another file by then.
	file, err := f.stored.OpenFile(rel(name), flags&^os.O_WRONLY|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	u := &received{transferFile: transferFile{files: f, name: name, file: file}}
	f.uploads[name] = u
	return u, nil
}

// transferFile is the part that both directions share. The errors of its methods contain the path
// on the server.
type transferFile struct {
	files *files
	name  string // guarded by files.mu during the transfer, since a rename changes it
	file  *os.File
}

// Read implements ftpserver.FileTransfer.
func (t *transferFile) Read(p []byte) (int, error) {
	n, err := t.file.Read(p)
	return n, t.fail("read", err)
}

// Seek implements ftpserver.FileTransfer.
func (t *transferFile) Seek(offset int64, whence int) (int64, error) {
	at, err := t.file.Seek(offset, whence)
	return at, t.fail("seek", err)
}

func (t *transferFile) fail(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	t.files.mu.Lock()
	defer t.files.mu.Unlock()
	return serverError(op, t.name, err)
}

// sent is a download in progress.
type sent struct{ transferFile }

// Write implements ftpserver.FileTransfer. A download is only read.
func (s *sent) Write([]byte) (int, error) { return 0, s.fail("write", syscall.EBADF) }

// Close implements ftpserver.FileTransfer.
func (s *sent) Close() error {
	defer s.files.open.Done()
	return s.fail("close", s.file.Close())
}

// received is an upload. The bytes go to stored at once, as on other servers, so that a broken
// upload is visible and can be resumed; complete says whether all of it came.
type received struct {
	transferFile
	broken   bool
	complete bool // guarded by files.mu
}

// TransferError implements ftpserver.FileTransferError: the library calls it before Close if the
// transfer broke.
func (r *received) TransferError(error) { r.broken = true }

// Write implements ftpserver.FileTransfer.
func (r *received) Write(p []byte) (int, error) {
	n, err := r.file.Write(p)
	if err != nil {
		r.files.mu.Lock()
		r.files.refused(r.name, err)
		r.files.mu.Unlock()
	}
	return n, r.fail("write", err)
}

// Close ends the upload. The library sends 226 only if Close returns no error, so an upload that
// cannot be saved is refused.
func (r *received) Close() error {
	defer r.files.open.Done()
	err := r.save()
	if errClose := r.file.Close(); err == nil {
		err = errClose
	}
	r.files.mu.Lock()
	defer r.files.mu.Unlock()
	r.complete = !r.broken && err == nil
	if err != nil {
		r.files.refused(r.name, err)
	}
	return serverError("close", r.name, err)
}

// save copies an upload that is not broken into the folder for uploads, if there is one. It does
// not save an upload that was deleted or replaced meanwhile.
func (r *received) save() error {
	r.files.mu.Lock()
	name, current := r.name, r.files.uploads[r.name] == r
	r.files.mu.Unlock()
	if r.broken || !current || r.files.saved == nil {
		return nil
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return save(r.files.saved, name, r.file)
}
