// Command bench compares modemsim with the least that C and Go programs need for the same: a round trip of a command line on a pty, bytes through a pty
// in both directions, and the start. The two sides of a case take turns on the same machine in the same run and have the same host code, so the ratio
// says more than any absolute figure does.
//
// It needs a C compiler. Run it in the repository:
//
//	go run ./bench [FILE]
//
// It prints a Markdown table, or puts it into FILE in the place of the one there.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	folder, err := os.MkdirTemp("", "modemsim-bench-")
	if err != nil {
		return err
	}
	table, err := measureAll(ctx, folder)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // the programs were ended, so that whatever waited for them failed
	}
	if err := errors.Join(err, os.RemoveAll(folder)); err != nil {
		return err
	}
	if len(args) == 0 {
		_, err := fmt.Print(table)
		return err
	}
	return replaceTable(args[0], table)
}

// measureAll builds the programs in folder, runs the cases one after the other, and makes their table.
func measureAll(ctx context.Context, folder string) (string, error) {
	built, err := build(ctx, folder)
	if err != nil {
		return "", err
	}
	var table strings.Builder
	table.WriteString(tableHead)
	for _, run := range []func(context.Context, programs) ([]row, error){roundTrips, transfers, starts} {
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

func replaceTable(file, table string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), tableStart)
	_, after, ends := strings.Cut(rest, tableEnd)
	if !ok || !ends {
		return fmt.Errorf("%s: no place for the table: put the lines %q and %q into it", file, strings.TrimSpace(tableStart), strings.TrimSpace(tableEnd))
	}
	return os.WriteFile(file, []byte(before+tableStart+"\n"+table+"\n"+tableEnd+after), 0o644)
}
