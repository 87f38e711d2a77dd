//go:build unix

package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed c
var cSources embed.FS

// programs holds the paths of the programs that are compared.
type programs struct {
	modemsim         string
	responder, mover string // in C
	empty            string // in Go
	files            string // folder with file.bin, of transferSize bytes
}

func build(ctx context.Context, folder string) (programs, error) {
	in := func(name string) string { return filepath.Join(folder, name) }
	p := programs{files: in("files"), modemsim: in("modemsim"), responder: in("responder"), mover: in("mover"), empty: in("empty")}
	if err := os.CopyFS(folder, cSources); err != nil {
		return p, err
	}
	if err := os.Mkdir(p.files, 0o755); err != nil {
		return p, err
	}
	if err := os.WriteFile(filepath.Join(p.files, "file.bin"), make([]byte, transferSize), 0o644); err != nil {
		return p, err
	}
	for _, compile := range [][]string{
		{"cc", "-O2", "-o", p.responder, in("c/responder.c")},
		{"cc", "-O2", "-o", p.mover, in("c/mover.c")},
		{"go", "build", "-o", p.modemsim, "github.com/modemsim/modemsim/cmd/modemsim"},
		{"go", "build", "-o", p.empty, "github.com/modemsim/modemsim/bench/empty"},
	} {
		out, err := exec.CommandContext(ctx, compile[0], compile[1:]...).CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) {
			return p, fmt.Errorf("%w: install a C compiler (on Debian: apt-get install gcc libc6-dev) and Go", err)
		}
		if err != nil {
			return p, fmt.Errorf("%s: %w\n%s", strings.Join(compile, " "), err, out)
		}
	}
	return p, nil
}
