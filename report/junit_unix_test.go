//go:build unix

package report

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A file is one report's until that is closed, and one that another program put there stays.
func TestJUnitOfTwoRuns(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "report.xml"), filepath.Join(folder, "link.xml")
	if err := os.Symlink("report.xml", link); err != nil {
		t.Fatal(err)
	}
	for range 2 { // at first there is no file
		j, err := NewJUnit(file, Suite{Cases: make([]Case, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewJUnit(link, Suite{}); !errors.Is(err, ErrInUse) {
			t.Errorf("at first: %v", err)
		}
		if err := j.Ended(0, outcomes()[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := NewJUnit(file, Suite{}); !errors.Is(err, ErrInUse) {
			t.Errorf("after a run: %v", err)
		}
		if s := suite(t, file); s.Tests != 1 || s.Errors != 0 {
			t.Errorf("%+v", s)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	j, err := NewJUnit(file, Suite{Cases: make([]Case, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	other := filepath.Join(folder, "other")
	if err := errors.Join(os.WriteFile(other, []byte("kept"), 0o600), os.Rename(other, file)); err != nil {
		t.Fatal(err)
	}
	if err := j.Ended(0, outcomes()[0]); err == nil || err.Error() != "write "+file+": another run has replaced it" {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(file); string(text) != "kept" {
		t.Errorf("%q, %v", text, err)
	}
}
