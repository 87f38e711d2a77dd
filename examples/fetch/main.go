// Command fetch is a small host program: it downloads a file through the FTP
// client of a modem on a tty and prints the file's SHA-256.
//
//	modemsim exec -- go run ./examples/fetch {tty} [FILE]
package main

import (
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/term"
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: fetch TTY [FILE]")
		os.Exit(2)
	}
	file := "firmware.bin"
	if len(os.Args) == 3 {
		file = os.Args[2]
	}
	if err := run(os.Args[1], file, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

// run fetches file through the modem at path, and reports on out.
func run(path, file string, out io.Writer) error {
	tty, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer tty.Close()
	if _, err := term.MakeRaw(int(tty.Fd())); err != nil {
		return fmt.Errorf("%s: set raw: %w", path, err)
	}
	return fetch(newModem(tty, out), file)
}
