package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// An entry is a file of an archive, in its one folder.
type entry struct {
	name string
	mode fs.FileMode
	data []byte
}

// writePages returns what all archives have in common: the texts, the manual and the completions.
// made is the date of the manual.
func writePages(work string, made time.Time) ([]entry, error) {
	writer, folder := filepath.Join(work, "writer"), filepath.Join(work, "pages")
	if _, err := goTool(nil, "build", "-tags", "man", "-o", writer, source); err != nil {
		return nil, err
	}
	write := exec.Command(writer, folder)
	write.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", made.Unix()))
	if _, err := output(write); err != nil {
		return nil, err
	}
	module, err := goTool(nil, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	pages, err := texts(line(module))
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(folder, name))
		pages = append(pages, entry{name, 0o644, data})
		return err
	})
	return pages, err
}

// texts returns the texts of the module that come with a program, such as the README and the pages
// of docs.
func texts(module string) ([]entry, error) {
	files := os.DirFS(module)
	names, err := fs.Glob(files, "docs/*.md")
	if err != nil {
		return nil, err
	}
	var pages []entry
	for _, name := range append([]string{"LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"}, names...) {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		pages = append(pages, entry{name, 0o644, data})
	}
	return pages, nil
}
