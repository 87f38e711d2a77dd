package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// notices returns the licences of what is linked into a program, Go itself and the modules. They
// require to be passed on with it.
func (p program) notices() ([]byte, error) {
	root, err := goTool(nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := addLicence(&text, "The Go programming language", line(root)); err != nil {
		return nil, err
	}
	list := []string{"list", "-m", "-f", "{{.Path}} {{.Version}}\t{{.Dir}}"}
	for _, m := range p.modules {
		list = append(list, m.Path)
	}
	modules, err := goTool(nil, list...)
	if err != nil {
		return nil, err
	}
	for module := range strings.Lines(string(modules)) {
		of, folder, _ := strings.Cut(strings.TrimSpace(module), "\t")
		if err := addLicence(&text, of, folder); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// addLicence appends the licence in a folder to text, and its notice if there is one.
func addLicence(text *bytes.Buffer, of, folder string) error {
	files, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("the licence of %s: %w", of, err)
	}
	fmt.Fprintf(text, "%s\n%s\n\n", of, strings.Repeat("=", len(of)))
	found := false
	for _, f := range files {
		kind, _, _ := strings.Cut(strings.ToLower(f.Name()), ".")
		if !slices.Contains([]string{"license", "licence", "copying", "notice"}, kind) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(text, "%s\n\n", bytes.TrimSpace(data))
		found = found || kind != "notice"
	}
	if !found {
		return fmt.Errorf("%s has no licence in %s: a release needs it", of, folder)
	}
	return nil
}

// line returns an output of one line without its newline.
func line(output []byte) string { return strings.TrimSpace(string(output)) }
