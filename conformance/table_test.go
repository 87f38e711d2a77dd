package conformance

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// The page of the FTP servers, and the lines around its table.
const (
	serversPage = "../docs/ftp-servers.md"
	tableStart  = "<!-- The table is made from conformance/testdata; conformance/run.sh -update writes it. -->\n"
	tableEnd    = "<!-- The end of the table. -->\n"
)

// columns are the servers of the table with their golden files.
var columns = []struct{ title, file string }{
	{"vsftpd 3.0.3", "vsftpd"},
	{"ProFTPD 1.3.8", "proftpd"},
	{"Pure-FTPd 1.0.50", "pure-ftpd"},
	{"pyftpdlib 1.5.7", "pyftpdlib"},
}

// The page shows every case of every server as in the golden files.
func TestServersPage(t *testing.T) {
	page, err := os.ReadFile(serversPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(page), tableStart)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the table", serversPage)
	}
	want := before + tableStart + "\n" + serversTable(t) + "\n" + tableEnd + after
	switch {
	case want == string(page):
	case *update:
		if err := os.WriteFile(serversPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not what the golden files say; write it with conformance/run.sh -update", serversPage)
	}
}

func serversTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| case |")
	sections := make([]map[string]string, len(columns))
	for i, c := range columns {
		fmt.Fprintf(&b, " %s |", c.title)
		sections[i] = readSections(t, c.file)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s |", r.name)
		for _, s := range sections {
			fmt.Fprintf(&b, " %s |", r.cell(s[r.name]))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// readSections reads a golden file, which must have a section for each row and no other.
func readSections(t *testing.T, file string) map[string]string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + file + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, f := range archive.Files {
		sections[f.Name] = string(f.Data)
	}
	for _, r := range rows {
		if sections[r.name] == "" {
			t.Errorf("%s has nothing for %q", file, r.name)
		}
	}
	if len(sections) != len(rows) {
		t.Errorf("%s has %d sections, the table %d rows", file, len(sections), len(rows))
	}
	return sections
}

// cell returns what the table shows of a section: the first answers to the row's commands, and the
// notes.
func (r row) cell(section string) string {
	var parts []string
	shown := map[string]bool{}
	for _, e := range exchanges(section) {
		if e.note != "" {
			parts = append(parts, e.note)
		}
		for _, command := range r.shows {
			if strings.HasPrefix(e.line, "AT+AFTP"+command) && !shown[command] {
				shown[command] = true
				parts = append(parts, e.words(command, len(r.shows) > 1))
			}
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "<br>"), "|", `\|`)
}

// An exchange is a command line and its answer, or a note.
type exchange struct {
	line   string
	answer []string
	note   string
}

// exchanges reads a section.
func exchanges(section string) (all []exchange) {
	for row := range strings.Lines(section) {
		mark, text, _ := strings.Cut(strings.TrimSuffix(row, "\n"), " ")
		switch mark {
		case ">":
			all = append(all, exchange{line: text})
		case "<":
			last := &all[len(all)-1]
			last.answer = append(last.answer, text)
		case "=":
			all = append(all, exchange{note: text})
		}
	}
	return all
}

// words returns the server's text in an answer and the final result, with a label if there are
// several.
func (e exchange) words(command string, label bool) string {
	var shown []string
	if label {
		shown = []string{strings.TrimSuffix(command, "=") + ":"}
	}
	for i, text := range e.answer {
		reply, ok := strings.CutPrefix(text, "+AFTPS: ")
		if ok || i == len(e.answer)-1 {
			shown = append(shown, "`"+reply+"`")
		}
	}
	return strings.Join(shown, " ")
}
