//go:build unix

// Command bench compares modemsim with minimal C and Go programs that do the same: a round trip of
// a command line on a pty, bytes through a pty in both directions, and the start. The two sides of
// a case take turns on the same machine in the same run with the same host code, so their ratio
// says more than an absolute figure.
//
// It needs a C compiler. Run it in the repository:
//
//	go run ./bench [FILE]
//
// It prints a Markdown table, or replaces the table in FILE.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// timeLimit is how long a run may take.
const timeLimit = 2 * time.Minute

func main() {
	if err := bench(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(args []string) error {
	ctx, cancel := context.WithTimeoutCause(context.Background(), timeLimit, fmt.Errorf("not done after %s: try again on a less busy machine", timeLimit))
	defer cancel()
	write := func(table string) error {
		_, err := fmt.Print(table)
		return err
	}
	if len(args) > 0 {
		p, err := findPlace(args[0])
		if err != nil {
			return err
		}
		write = p.write
	}
	folder, err := os.MkdirTemp("", "modemsim-bench-")
	if err != nil {
		return err
	}
	table, err := measureAll(ctx, folder)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // err only says that the programs were ended
	}
	if err := errors.Join(err, os.RemoveAll(folder)); err != nil {
		return err
	}
	return write(table)
}

// measureAll builds the programs in folder, runs the cases one after the other, and returns their
// table.
func measureAll(ctx context.Context, folder string) (string, error) {
	built, err := build(ctx, folder)
	if err != nil {
		return "", err
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%s, %s/%s, %d processors.\n\n%s", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), tableHead)
	for _, run := range []func(context.Context, programs) ([]row, error){roundTrips, downloads, uploads, starts} {
		rows, err := run(ctx, built)
		if err != nil {
			return "", err
		}
		for _, r := range rows {
			fmt.Fprintln(os.Stderr, r)
			fmt.Fprintln(&table, r)
		}
	}
	return table.String(), nil
}

// The lines of a file between which the table stands.
const (
	tableStart = "<!-- the table of make bench -->\n"
	tableEnd   = "<!-- end of the table -->\n"
)

// A place is where a table goes in a file.
type place struct{ file, before, after string }

func findPlace(file string) (place, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return place{}, err
	}
	before, rest, starts := strings.Cut(string(text), tableStart)
	_, after, ends := strings.Cut(rest, tableEnd)
	if !starts || !ends {
		return place{}, fmt.Errorf("%s: no place for the table: put the lines %q and %q into it", file, strings.TrimSpace(tableStart), strings.TrimSpace(tableEnd))
	}
	return place{file, before, after}, nil
}

func (p place) write(table string) error {
	return os.WriteFile(p.file, []byte(p.before+tableStart+"\n"+table+"\n"+tableEnd+p.after), 0o644)
}
