//go:build conformance

package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// The text files on the server. The lines of the first end in LF, those of the second in CR LF.
const (
	unixText = "unix.txt"
	dosText  = "dos.txt"
)

var lines = bytes.Repeat([]byte("The quick brown fox jumps over the lazy dog, 0123456789.\n"), 500)

// withEnds returns the lines with another line end.
func withEnds(end string) []byte { return bytes.ReplaceAll(lines, []byte("\n"), []byte(end)) }

// quoted quotes a string for a command line of the module. Quotes and backslashes are written as
// hex digits (FTP AT manual, general syntax).
func quoted(name string) string {
	return `"` + strings.NewReplacer(`\`, `\5C`, `"`, `\22`).Replace(name) + `"`
}

// named runs every command that takes a name, with a folder and a file of that name.
func (x *visit) named(name string) {
	file := name + ".bin"
	x.login()
	x.expect("AT+AFTPMKD="+quoted(name), "OK")
	x.expect("AT+AFTPCD="+quoted(name), "OK")
	x.expect("AT+AFTPPASV=1", "OK")
	x.expect("AT+AFTPSTOR="+quoted(file), "OK")
	x.expect("AT+AFTPDATA", "CONNECT")
	x.deliver(smallSize)
	if sumFile(x.t, x.site.path(name+"/"+file)) != sum(x.t, newContent(smallSize)) {
		x.t.Error("the server has another file under the name than the host sent")
	}
	x.expect("AT+AFTPSIZE="+quoted("/"+name+"/"+file), "OK")
	x.expect("AT+AFTPPASV=1", "OK")
	x.expect("AT+AFTPRETR="+quoted(file), "OK")
	x.expect("AT+AFTPRETR?", "OK")
	x.expect("AT+AFTPDATA", "CONNECT")
	x.fetch(smallSize)
	x.expect("AT+AFTPDELE="+quoted(file), "OK")
	x.expect(`AT+AFTPCD="/"`, "OK")
	x.expect("AT+AFTPRMD="+quoted(name), "OK")
	if _, err := os.Stat(x.site.path(name)); !errors.Is(err, fs.ErrNotExist) {
		x.t.Errorf("the folder is there still: %v", err)
	}
	x.note("=", "folder made, file sent, fetched and deleted, folder removed")
	x.logout()
}

// textDownload fetches lines with type ASCII, in which lines are sent with CR LF (RFC 959 3.1.1.1).
func (x *visit) textDownload(name string) {
	x.login()
	x.expect("AT+AFTPTYPE=1", "OK")
	x.retrieve(name)
	x.note("=", "lines end in "+x.ends(x.readTo("NO CARRIER")))
	x.logout()
}

// ends returns the name of the line ends in a text, which must contain the lines.
func (x *visit) ends(text []byte) string {
	x.t.Helper()
	for _, end := range []string{"\n", "\r\n", "\r\r\n"} {
		if bytes.Equal(text, withEnds(end)) {
			return strings.NewReplacer("\r", "CR ", "\n", "LF").Replace(end)
		}
	}
	x.t.Fatalf("%d bytes that are not the lines, in the end %q", len(text), tail(string(text), 100))
	return ""
}

// textUpload sends lines with type ASCII and notes what the server stores.
func (x *visit) textUpload() {
	x.login()
	x.expect("AT+AFTPTYPE=1", "OK")
	for _, end := range []string{"\r\n", "\n"} {
		x.store("sent.txt")
		text := withEnds(end)
		x.sendFile(bytes.NewReader(text))
		stored, err := os.ReadFile(x.site.path("sent.txt"))
		if err != nil {
			x.t.Fatal(err)
		}
		x.note("=", fmt.Sprintf("lines sent with %s are stored with %s", x.ends(text), x.ends(stored)))
		x.remove("sent.txt")
	}
	x.logout()
}
