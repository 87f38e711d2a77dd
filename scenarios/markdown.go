package scenarios

import "strings"

// Markdown is the table of settings as a Markdown table, for the reference that is generated
// from it.
func Markdown() string {
	t := ReferenceTable{Head: []string{"setting", "values", "default", "meaning", "source"}}
	for _, s := range Keys() {
		t.Rows = append(t.Rows, []string{code(s.Key), code(s.Range), code(s.Default), prose(s.Doc), s.Source})
	}
	return t.markdown()
}

// ReferenceMarkdown is [Reference] as Markdown, a chapter a table.
func ReferenceMarkdown() string {
	var b strings.Builder
	for _, t := range Reference() {
		b.WriteString("## " + t.Title + "\n\n" + t.Doc + "\n\n")
		marked := ReferenceTable{Head: t.Head}
		for _, row := range t.Rows {
			last := len(row) - 1
			var cells []string
			for _, cell := range row[:last] {
				cells = append(cells, code(cell))
			}
			marked.Rows = append(marked.Rows, append(cells, prose(row[last])))
		}
		b.WriteString(marked.markdown() + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// markdown is a table whose cells are Markdown already.
func (t ReferenceTable) markdown() string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(t.Head)
	b.WriteString("|" + strings.Repeat("---|", len(t.Head)) + "\n")
	for _, row := range t.Rows {
		line(row)
	}
	return b.String()
}

// prose is a text of a cell; outside code a <code> would be taken for HTML.
func prose(text string) string { return strings.NewReplacer("<", `\<`, "|", `\|`).Replace(text) }

// code is a text set as code; only the bar means something there, because tables are split first.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
