package backend

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path"
)

// save puts content into folder as name, whole or not at all: it is written beside its place and renamed. Missing folders
// are made. folder is an os.Root, so a symbolic link that leads out of it is an error, not a way.
func save(folder *os.Root, name string, content io.Reader) (err error) {
	name = rel(name)
	if err := folder.MkdirAll(path.Dir(name), 0o755); err != nil {
		return fmt.Errorf("save upload: %w", err)
	}
	unfinished := unfinishedName(path.Dir(name))
	if err = writeNew(folder, unfinished, content); err == nil {
		err = folder.Rename(unfinished, name)
	}
	if err != nil {
		_ = folder.Remove(unfinished) // the first error counts; this one is likely to be the same again
		return fmt.Errorf("save upload: %w", err)
	}
	return nil
}

// writeNew creates name, which must not exist, with content.
func writeNew(folder *os.Root, name string, content io.Reader) error {
	file, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if errClose := file.Close(); err == nil {
		err = errClose
	}
	return err
}

// unfinishedName is a name in folder that nobody else has.
func unfinishedName(folder string) string {
	return path.Join(folder, ".modemsim-"+rand.Text())
}
