package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"time"
)

// An archive is a file of a release.
type archive struct {
	name string
	data []byte
}

// archive packs a program with the pages that all archives have and the licences of what it is made
// of.
func (p program) archive(pages []entry) (archive, error) {
	notices, err := p.notices()
	if err != nil {
		return archive{}, err
	}
	name, pack, suffix := "modemsim", packTar, ".tar.gz"
	if p.os == "windows" {
		name, pack, suffix = "modemsim.exe", packZip, ".zip"
	}
	folder := "modemsim-" + p.version + "-" + p.String()
	entries := append([]entry{{name, 0o755, p.data}, {"THIRD-PARTY-LICENSES", 0o644, notices}}, pages...)
	data, err := pack(folder, entries, p.made)
	return archive{folder + suffix, data}, err
}

// packTar makes a gzipped tar of entries in a folder. Equal arguments give equal bytes.
func packTar(folder string, entries []entry, made time.Time) ([]byte, error) {
	var packed bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(compressed)
	for _, e := range entries {
		h := &tar.Header{Name: folder + "/" + e.name, Mode: int64(e.mode), Size: int64(len(e.data)), ModTime: made, Uname: "root", Gname: "root"}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	err = errors.Join(w.Close(), compressed.Close())
	return packed.Bytes(), err
}

// packZip makes a zip like packTar.
func packZip(folder string, entries []entry, made time.Time) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	for _, e := range entries {
		h := &zip.FileHeader{Name: folder + "/" + e.name, Method: zip.Deflate, Modified: made}
		h.SetMode(e.mode)
		file, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := file.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return packed.Bytes(), err
}
