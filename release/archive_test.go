package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	made  = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)
	files = []entry{{"modemsim", 0o755, []byte("program")}, {"man/man1/modemsim.1", 0o644, nil}}
)

func pack(t *testing.T, how func(string, []entry, time.Time) ([]byte, error)) []byte {
	t.Helper()
	packed, err := how("folder", files, made)
	if err != nil {
		t.Fatal(err)
	}
	again, err := how("folder", files, made)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(packed, again) {
		t.Error("packed twice, the bytes differ")
	}
	return packed
}

// check compares the n-th file of an archive.
func check(t *testing.T, n int, name string, mode os.FileMode, modified time.Time, content io.Reader) {
	t.Helper()
	data, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	want := files[n]
	if name != "folder/"+want.name || mode != want.mode || !modified.Equal(made) || !bytes.Equal(data, want.data) {
		t.Errorf("file %d: %s, %v, %v, %q, want %+v of %v", n, name, mode, modified, data, want, made)
	}
}

func TestTarHoldsTheFiles(t *testing.T) {
	unzipped, err := gzip.NewReader(bytes.NewReader(pack(t, packTar)))
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(unzipped)
	for n := range files {
		h, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		check(t, n, h.Name, h.FileInfo().Mode(), h.ModTime, r)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("after the last file: %v, want EOF", err)
	}
}

func TestZipHoldsTheFiles(t *testing.T) {
	packed := pack(t, packZip)
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != len(files) {
		t.Fatalf("%d files, want %d", len(r.File), len(files))
	}
	for n, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		check(t, n, f.Name, f.Mode(), f.Modified, content)
	}
}

func TestLicenceIsNeeded(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  string // what is added, or the error
		fails bool
	}{
		{[]string{"license.txt", "licensing.go", "readme"}, "mod v1\n======\n\nlicense.txt\n\n", false},
		{[]string{"LICENSE", "NOTICE"}, "mod v1\n======\n\nLICENSE\n\nNOTICE\n\n", false},
		{[]string{"NOTICE"}, "mod v1 has no licence in", true},
	} {
		folder := t.TempDir()
		for _, name := range c.files {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(name+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var text bytes.Buffer
		err := addLicence(&text, "mod v1", folder)
		switch {
		case c.fails && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v: error %v, want %q", c.files, err, c.want)
		case !c.fails && (err != nil || text.String() != c.want):
			t.Errorf("%v: %q, %v, want %q", c.files, text.String(), err, c.want)
		}
	}
}
