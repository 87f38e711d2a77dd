package internet

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/backend"
)

// A fileServer shows the files of the embedded FTP server by HTTP, with ranges, and takes uploads:
// the body of a PUT or a POST is the file that the path names. The same request has the same answer
// in every run, to the byte.
type fileServer struct {
	files *backend.Embedded
	began time.Time // files that are newer have no date, which would be another one in each run
}

// index is what a folder shows instead of a list of its names.
const index = "index.html"

// ServeHTTP implements [http.Handler].
func (s *fileServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = nil // RFC 9110 6.6.1 lets a server without a clock leave it out
	w.Header().Set("Server", "modemsim")
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		s.show(w, r, name)
	case http.MethodPut, http.MethodPost:
		s.take(w, r, name)
	default:
		w.Header().Set("Allow", "GET, HEAD, PUT, POST")
		answer(w, http.StatusMethodNotAllowed)
	}
}

// show answers with a file: of a folder that is its index, or else a list of what it holds.
func (s *fileServer) show(w http.ResponseWriter, r *http.Request, name string) {
	entries, err := s.files.FS().ReadDir(path.Clean(name))
	if err == nil {
		name = path.Join(name, index)
	}
	file, openErr := s.files.FS().Open(name)
	switch {
	case openErr == nil:
		defer file.Close()
		s.send(w, r, file)
	case err == nil:
		list(w, entries)
	default:
		answer(w, statusOf(openErr))
	}
}

// send answers with a file. Its name is not told, since the type would be that which the system
// knows for it, and every system knows others.
func (s *fileServer) send(w http.ResponseWriter, r *http.Request, file fs.File) {
	info, err := file.Stat()
	if err != nil {
		answer(w, statusOf(err))
		return
	}
	date := info.ModTime()
	if !date.Before(s.began) {
		date = time.Time{}
	}
	http.ServeContent(w, r, "", date, file.(io.ReadSeeker))
}

// list answers with names, one a line.
func list(w http.ResponseWriter, entries []fs.DirEntry) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		fmt.Fprintln(w, name)
	}
}

// take stores the body of a request.
func (s *fileServer) take(w http.ResponseWriter, r *http.Request, name string) {
	status := http.StatusCreated
	if _, there := s.files.Size(name); there {
		status = http.StatusOK
	}
	if err := s.files.Upload(name, r.Body); err != nil {
		status = statusOf(err)
	}
	answer(w, status)
}

// answer answers with a status and its text.
func answer(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, http.StatusText(status))
}

// statuses are those of errors about files.
var statuses = []struct {
	err    error
	status int
}{
	{fs.ErrNotExist, http.StatusNotFound},
	{fs.ErrInvalid, http.StatusBadRequest},
	{io.ErrUnexpectedEOF, http.StatusBadRequest},
	{fs.ErrPermission, http.StatusForbidden},
	{syscall.ENOTDIR, http.StatusConflict},
	{syscall.EISDIR, http.StatusConflict},
	{syscall.ENOSPC, http.StatusInsufficientStorage},
}

// statusOf is the status for an error about a file.
func statusOf(err error) int {
	for _, row := range statuses {
		if errors.Is(err, row.err) {
			return row.status
		}
	}
	return http.StatusInternalServerError
}
