package commands

import (
	"encoding/json"
	"strings"
)

// An Entry is a row as the command reference shows it.
type Entry struct {
	Name       string      `json:"name"`       // as the host writes it after AT
	Forms      []string    `json:"forms"`      // of execute, set, read, test
	Parameters []Parameter `json:"parameters"` // of the set form, or of a basic command's number
	Needs      []string    `json:"needs"`      // of SIM, network, GPRS, FTP, login
	Fidelity   Fidelity    `json:"fidelity"`
	Assumed    []Part      `json:"assumed"` // parts that the fidelity does not hold for
	Mark       Mark        `json:"mark"`    // partly or kept: less than its manual; empty: all of it
	Why        string      `json:"why"`     // it is less
	Doc        string      `json:"doc"`     // one line
	Source     string      `json:"source"`  // document and chapter
}

// A Part is an [Assumption] as the command reference shows it.
type Part struct {
	// That show it whenever they run; none: only the case that What names does.
	Forms  []string `json:"forms"`
	Values []string `json:"values"` // of the first argument, or registers, that show it; none: any
	What   string   `json:"what"`
}

// A Parameter is one parameter as the command reference shows it.
type Parameter struct {
	Name     string `json:"name"`
	Values   string `json:"values"` // as in a test form: "(0-3)"; "string" for any string
	Optional bool   `json:"optional"`
	Secret   bool   `json:"secret"` // masked in every record
}

// Reference returns every row as the command reference shows it, in the order of [Table.All].
func (t *Table) Reference() []Entry {
	var entries []Entry
	for _, r := range t.All() {
		parameters := make([]Parameter, 0, len(r.Params))
		for _, p := range r.Params {
			parameters = append(parameters, Parameter{Name: p.name, Values: p.values(), Optional: p.optional, Secret: p.secret})
		}
		entries = append(entries, Entry{
			Name: r.Name, Forms: strings.Fields(r.Forms.String()), Parameters: parameters, Needs: strings.Fields(r.Needs.String()),
			Fidelity: r.Fidelity, Assumed: parts(r.Assumed), Mark: r.Mark, Why: r.Why, Doc: r.Doc, Source: r.Source,
		})
	}
	return entries
}

func parts(assumed []Assumption) []Part {
	all := make([]Part, 0, len(assumed))
	for _, a := range assumed {
		all = append(all, Part{strings.Fields(a.Forms.String()), append([]string{}, a.Values...), a.What})
	}
	return all
}

func (p Param) values() string {
	if p.isText() {
		return "string"
	}
	return p.list()
}

// JSON returns [Table.Reference] as an indented JSON array that ends with a line feed.
func (t *Table) JSON() (string, error) {
	b, err := json.MarshalIndent(t.Reference(), "", "  ")
	return string(b) + "\n", err
}

// Markdown returns [Table.Reference] as a Markdown table.
func (t *Table) Markdown() string {
	var b strings.Builder
	b.WriteString("| command | forms | parameters | needs | fidelity | meaning | source |\n|---|---|---|---|---|---|---|\n")
	for _, e := range t.Reference() {
		cells := []string{
			"`AT" + e.Name + "`", strings.Join(e.Forms, ", "), e.parameters(), strings.Join(e.Needs, ", "), e.fidelity(), e.Doc, e.Source,
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

// AssumedMarkdown returns the assumed parts of all commands as a Markdown table.
func (t *Table) AssumedMarkdown() string {
	var b strings.Builder
	b.WriteString("| command | forms | what is assumed |\n|---|---|---|\n")
	for _, e := range t.Reference() {
		for _, p := range e.Assumed {
			forms := strings.Join(p.Forms, ", ")
			if len(p.Values) > 0 {
				forms += " " + strings.Join(p.Values, ", ")
			}
			b.WriteString("| " + strings.Join([]string{"`AT" + e.Name + "`", forms, p.What}, " | ") + " |\n")
		}
	}
	return b.String()
}

// MarkedMarkdown returns the commands that are less than their manual as a Markdown table.
func (t *Table) MarkedMarkdown() string {
	var b strings.Builder
	b.WriteString("| command | mark | why |\n|---|---|---|\n")
	for _, e := range t.Reference() {
		if e.Mark != "" {
			b.WriteString("| " + strings.Join([]string{"`AT" + e.Name + "`", string(e.Mark), e.Why}, " | ") + " |\n")
		}
	}
	return b.String()
}

// fidelity returns the fidelity and the mark as one cell.
func (e Entry) fidelity() string {
	text := string(e.Fidelity)
	if len(e.Assumed) > 0 && e.Fidelity != Assumed {
		text += ", [in part](#assumed-parts)"
	}
	if e.Mark != "" {
		text += ", [" + string(e.Mark) + "](#less-than-the-manual)"
	}
	return text
}

// parameters returns the parameters as one cell: `ip` string, `port` (0-65535), [`user` string].
func (e Entry) parameters() string {
	var all []string
	for _, p := range e.Parameters {
		text := "`" + p.Name + "` " + p.Values
		if p.Optional {
			text = "[" + text + "]"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
