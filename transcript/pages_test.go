package transcript_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/transcript"
)

// rowInText is a row of a transcript, wherever a page or a golden file shows it.
var rowInText = regexp.MustCompile(`(?m)^ *(\d+\.\d{6}) ([<>#] .*)$`)

// Every row that the pages and golden files of this repository show is read, and is the same as
// text and by way of JSON.
func TestRowsOfPagesAndGoldenFiles(t *testing.T) {
	shown := 0
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, entry fs.DirEntry, err error) error {
		if ext := path.Ext(name); err != nil || entry.IsDir() || ext != ".md" && ext != ".golden" && ext != ".txtar" && ext != ".txt" {
			return err
		}
		page, err := os.ReadFile("../" + name)
		if err != nil {
			return err
		}
		var text strings.Builder
		for _, row := range rowInText.FindAllStringSubmatch(string(page), -1) {
			text.WriteString(strings.Repeat(" ", 12-len(row[1])) + row[1] + " " + row[2] + "\n")
		}
		rows, err := transcript.ReadText(name, strings.NewReader(text.String()))
		if err != nil {
			return err
		}
		if rows.String() != text.String() {
			t.Errorf("%s: the rows are\n%s\nwant\n%s", name, rows, &text)
		}
		sameByJSON(t, rows)
		shown += len(rows)
		return nil
	})
	if err != nil || shown < 50 {
		t.Errorf("%d rows, %v", shown, err)
	}
}
