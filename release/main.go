// Command release builds what a release of modemsim consists of: an archive for each system with a
// static program, its manual, completions and docs, and the SHA-256 sums of them all. The same
// commit and Go release give the same bytes.
//
//	go run ./release [FOLDER]
//
// FOLDER defaults to dist; other files in it are kept. It needs Go and, for the version in the
// programs, git.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	folder := "dist"
	switch {
	case len(args) == 1:
		folder = args[0]
	case len(args) > 1:
		return errors.New("one folder is enough: go run ./release [FOLDER]")
	}
	work, err := os.MkdirTemp("", "modemsim-release-")
	if err != nil {
		return err
	}
	return errors.Join(release(folder, work), os.RemoveAll(work))
}

// release writes everything into folder. Intermediate files go into work.
func release(folder, work string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	var programs []program
	for _, t := range targets {
		p, err := t.build(work)
		if err != nil {
			return err
		}
		programs = append(programs, p)
	}
	pages, err := writePages(work, programs[0].made)
	if err != nil {
		return err
	}
	var sums []byte
	for _, p := range programs {
		a, err := p.archive(pages)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, a.name), a.data, 0o666); err != nil {
			return err
		}
		sums = fmt.Appendf(sums, "%x  %s\n", sha256.Sum256(a.data), a.name)
		fmt.Printf("%s: %d bytes, the program %d\n", a.name, len(a.data), len(p.data))
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), sums, 0o666)
}
