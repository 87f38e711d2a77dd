package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed c
var cSources embed.FS

// programs are the paths of the programs that are compared, in their folder.
type programs struct {
	folder           string
	modemsim         string
	responder, mover string // in C
	empty            string // in Go
}

func build(ctx context.Context, folder string) (programs, error) {
	in := func(name string) string { return filepath.Join(folder, name) }
	p := programs{folder: folder, modemsim: in("modemsim"), responder: in("responder"), mover: in("mover"), empty: in("empty")}
	if err := os.CopyFS(folder, cSources); err != nil {
		return p, err
	}
	return p, errors.Join(
		compile(ctx, p.responder, in("c/responder.c")),
		compile(ctx, p.mover, in("c/mover.c")),
		run(ctx, "go", "build", "-o", p.modemsim, "github.com/modemsim/modemsim/cmd/modemsim"),
		run(ctx, "go", "build", "-o", p.empty, "github.com/modemsim/modemsim/bench/empty"),
	)
}

func compile(ctx context.Context, program, source string) error {
	err := run(ctx, "cc", "-O2", "-o", program, source)
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%w: install a C compiler (on Debian: apt-get install gcc libc6-dev)", err)
	}
	return err
}

func run(ctx context.Context, name string, args ...string) error {
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}
