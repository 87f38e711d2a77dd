package backend

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path"
)

// save writes content into folder as name, completely or not at all: it is written to a temporary
// file and renamed. It makes missing folders. A symbolic link that leads out of folder is an error.
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
		_ = folder.Remove(unfinished) // err is the one to report
		return fmt.Errorf("save upload: %w", err)
	}
	return nil
}

// writeNew creates the file name, which must not exist, with content.
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

// unfinishedName returns the name of a temporary file in folder that is not in use.
func unfinishedName(folder string) string {
	return path.Join(folder, ".modemsim-"+rand.Text())
}
