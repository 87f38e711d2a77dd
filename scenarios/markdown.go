package scenarios

import "strings"

// Markdown is the table of settings as a Markdown table, for the reference that is generated from it.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| setting | values | default | meaning | source |\n|---|---|---|---|---|\n")
	for _, s := range Keys() {
		// Outside code a <code> would be taken for HTML.
		cells := []string{code(s.Key), code(s.Range), code(s.Default), strings.ReplaceAll(s.Doc, "<", `\<`), s.Source}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

// code is a text set as code; only the bar means something there, because tables are split first.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
