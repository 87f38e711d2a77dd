package backend

import (
	"io"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Whatever the names of files are, each has one line of its own in every listing.
func TestListingsOfHardNames(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the names are those of a Linux file system")
	}
	folder := t.TempDir()
	names := map[string]string{ // on disk, and as listed
		"new\nline": "new?line", "\nfirst": "?first", "last\n": "last?", "car\rriage": "car?riage", "both\r\n": "both??",
		"\n226 Done": "?226 Done", "x\r\nType=file; forged": "x??Type=file; forged",
		" front": " front", "back ": "back ", "  two  words  ": "  two  words  ", "tab\there": "tab\there",
		"latin\xfc": "latin\xfc", "\xff\xfe": "\xff\xfe", "größe": "größe", "\x1b[31m": "\x1b[31m", "-la": "-la", "*": "*", `a"b\c`: `a"b\c`,
	}
	var want []string
	for name, shown := range names {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte("content"), 0o600))
		want = append(want, shown)
	}
	must(t, os.Mkdir(filepath.Join(folder, "folder\n\r"), 0o700))
	want = append(want, "folder??")
	slices.Sort(want)

	o := oneLogin
	o.Files = folder
	e := newEmbedded(t, o)
	for verb, take := range map[string]func(line string) string{
		"LIST": func(line string) string { // behind permissions, links, owner, group, size and date
			const date = "Jan _2 15:04 "
			_, rest, _ := strings.Cut(line, " ftp ftp ")
			rest = strings.TrimLeft(rest, " ")
			_, rest, _ = strings.Cut(rest, " ")
			return rest[len(date):]
		},
		"NLST": func(line string) string { return line },
		"MLSD": func(line string) string { _, name, _ := strings.Cut(line, " "); return name },
	} {
		t.Run(verb, func(t *testing.T) {
			c := typeTo(t, openTo(t, e, ":0"))
			var got []string
			for line := range strings.SplitAfterSeq(c.listing(verb), "\r\n") {
				if line == "" { // behind the last one
					continue
				}
				line = strings.TrimSuffix(line, "\r\n")
				got = append(got, take(line))
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%q\nwant %q", got, want)
			}
		})
	}
	c := visit(t, openTo(t, e, ":0"))
	for name := range names {
		if !strings.ContainsAny(name, "\r\n") {
			if got := string(c.fetch(name, 0)); got != "content" {
				t.Errorf("%q has %q", name, got)
			}
		}
	}
	if _, text, err := typeTo(t, openTo(t, e, ":0")).reply("STAT /", 212); err != nil || strings.Count(text, "\n") != len(want)+1 {
		t.Errorf("STAT has %d lines of %d files: %v %q", strings.Count(text, "\n"), len(want), err, text)
	}
}

// A typist talks to a server without a client library.
type typist struct {
	*textproto.Conn
	t *testing.T
}

// typeTo logs in.
func typeTo(t *testing.T, at *net.TCPAddr) *typist {
	t.Helper()
	conn, err := textproto.Dial("tcp", at.String())
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	c := &typist{conn, t}
	_, _, err = c.ReadResponse(220)
	must(t, err)
	_, _, err = c.reply("USER ann", 331)
	must(t, err)
	_, _, err = c.reply("PASS secret", 230)
	must(t, err)
	return c
}

// reply sends a command and returns its reply.
func (c *typist) reply(line string, code int) (int, string, error) {
	if err := c.PrintfLine("%s", line); err != nil {
		return 0, "", err
	}
	return c.ReadResponse(code)
}

// listing returns what a command sends on a data connection.
func (c *typist) listing(verb string) string {
	c.t.Helper()
	_, text, err := c.reply("PASV", 227)
	must(c.t, err)
	_, address, err := passivePort(Reply{Code: 227, Lines: []string{"227 " + text}})
	must(c.t, err)
	data, err := net.Dial("tcp", address)
	must(c.t, err)
	defer data.Close()
	_, _, err = c.reply(verb, 150)
	must(c.t, err)
	all, err := io.ReadAll(data)
	must(c.t, err)
	_, _, err = c.ReadResponse(226)
	must(c.t, err)
	return string(all)
}
