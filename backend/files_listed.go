package backend

import (
	"io/fs"
	"strings"
)

// listedInfo is a file under the name that a listing shows.
type listedInfo struct {
	fs.FileInfo
	name string
}

func (i listedInfo) Name() string { return i.name }

// oneLine replaces what would end a line.
var oneLine = strings.NewReplacer("\r", "?", "\n", "?")

// listed returns the info of a file for a listing, in which each name has a line of its own: CR and
// LF are shown as a question mark, as ls and most servers do. A client cannot ask for such a file
// anyway, since a path has neither (RFC 959 5.3.1).
func listed(info fs.FileInfo) fs.FileInfo {
	if info == nil || !strings.ContainsAny(info.Name(), "\r\n") {
		return info
	}
	return listedInfo{info, oneLine.Replace(info.Name())}
}
