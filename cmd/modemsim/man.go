//go:build man

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// Built with the tag man, the program writes the manual, a page of section 1 for each command, and
// the completions, a file for each shell, into the folder that is its one argument. A release does
// not contain the packages that this needs.
func init() { os.Exit(explain(os.Stderr, writePages(os.Args[1:]))) }

func writePages(args []string) error {
	if len(args) != 1 {
		return usage(errors.New("name the folder that the pages are to be written to"))
	}
	man, completions := filepath.Join(args[0], "man", "man1"), filepath.Join(args[0], "completions")
	if err := errors.Join(os.MkdirAll(man, 0o777), os.MkdirAll(completions, 0o777)); err != nil {
		return err
	}
	return errors.Join(writeManual(man), writeCompletions(completions))
}

// writeManual writes the manual. Its date is that of SOURCE_DATE_EPOCH, which reproducible builds
// set, or today.
func writeManual(folder string) error {
	root := rootCommand()
	root.DisableAutoGenTag = true
	literal(root)
	header := doc.GenManHeader{Section: "1", Source: "modemsim " + moduleVersion(), Manual: "modemsim"}
	if err := doc.GenManTree(root, &header, folder); err != nil {
		return fmt.Errorf("writing the manual: %w", err)
	}
	return nil
}

// literal escapes the texts of a command and of those below it, since the manual is made from
// Markdown. An indented paragraph becomes a block that is printed as it stands.
func literal(cmd *cobra.Command) {
	marks := strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "`", "\\`")
	paragraphs := strings.Split(cmd.Long, "\n\n")
	for i, p := range paragraphs {
		if strings.HasPrefix(p, "  ") || strings.HasPrefix(p, "\t") {
			paragraphs[i] = "    " + strings.ReplaceAll(p, "\n", "\n    ")
		} else {
			paragraphs[i] = marks.Replace(p)
		}
	}
	cmd.Long = strings.Join(paragraphs, "\n\n")
	for _, c := range cmd.Commands() {
		literal(c)
	}
}

// writeCompletions writes the completions, each to a file of the name that its shell looks for.
func writeCompletions(folder string) error {
	root := rootCommand()
	for name, write := range map[string]func(io.Writer) error{
		"modemsim":      func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_modemsim":     root.GenZshCompletion,
		"modemsim.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"modemsim.ps1":  root.GenPowerShellCompletionWithDesc,
	} {
		var script bytes.Buffer
		if err := write(&script); err != nil {
			return fmt.Errorf("the completion %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), script.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}
