package main

import (
	"bytes"
	"log/slog"
)

// ftpLog is a transcript that keeps the lines of the FTP control connection
// and logs them. A transcript writes one row a Write: seconds, a mark, a text.
type ftpLog struct{ log *slog.Logger }

func (l ftpLog) Write(row []byte) (int, error) {
	for _, mark := range []string{"ftp > ", "ftp < "} {
		if _, line, ok := bytes.Cut(row, []byte(" # "+mark)); ok {
			l.log.Debug(mark[:len(mark)-1], "line", string(bytes.TrimSuffix(line, []byte("\n"))))
		}
	}
	return len(row), nil
}
