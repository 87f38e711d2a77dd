package faults

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// A file is as long as asked for, and the same each time; a shorter one is its beginning.
func TestContentSize(t *testing.T) {
	for _, hostile := range []bool{false, true} {
		whole := Content("fw.bin", 1000, hostile)
		for _, size := range []int64{0, 1, 15, 16, 17, 63, 64, 65, 999, 1000} {
			got := Content("fw.bin", size, hostile)
			if int64(len(got)) != size || !bytes.Equal(got, whole[:size]) {
				t.Errorf("%d bytes, hostile %t: got %d, %q", size, hostile, len(got), got)
			}
		}
	}
}

// Each line of 16 bytes tells its offset, and a letter of the name; of a hostile file three
// in four.
func TestContentTellsItsOffset(t *testing.T) {
	const name = "fw.bin"
	for _, hostile := range []bool{false, true} {
		content := Content(name, 8192, hostile)
		for at := 0; at < len(content); at += 16 {
			want := fmt.Sprintf("%014x%c\n", at, name[at/16%len(name)])
			line := string(content[at : at+16])
			if changed := hostile && at/16%4 == 3; changed == (line == want) || line[14:] != want[14:] {
				t.Errorf("hostile %t, offset %d: %q, want %q", hostile, at, line, want)
			}
		}
	}
}

// Files of different names differ, and every name will do.
func TestContentOfNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"", "a", "b", "fw.bin", "fx.bin", "with blank", "\x00", "\r\n", "ü"} {
		content := Content(name, 256, false)
		if text := string(content); strings.Count(text, "\n") != 16 || strings.ContainsAny(text, "\r\x00") {
			t.Errorf("%q: %q is not 16 lines of text", name, text)
		}
		key := string(content)
		if other, ok := seen[key]; ok && !strings.ContainsAny(name+other, "\x00\rü") {
			t.Errorf("%q and %q have the same content", name, other)
		}
		seen[key] = name
	}
}

// A hostile file of a few lines already holds everything that hosts choke on, each in one
// piece; a plain one nothing.
func TestHostileContent(t *testing.T) {
	for _, bad := range []string{"\r\nNO CARRIER\r\n", "\r\nOK\r\n", "\x11", "\x13", "\x00", "\xff", "+++"} {
		if !bytes.Contains(Content("f", 256, true), []byte(bad)) {
			t.Errorf("%q is not in the hostile file", bad)
		}
		if bytes.Contains(Content("f", 1<<16, false), []byte(bad)) {
			t.Errorf("%q is in the plain file", bad)
		}
	}
}
