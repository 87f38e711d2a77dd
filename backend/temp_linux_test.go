package backend

import (
	"os"
	"path/filepath"
	"testing"
)

// What belongs to a server that runs stays, and what is not a folder of a server.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	live, err := newTempFolder()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "kept")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(dir, tempPrefix+"dead", "stored", "deep"), 0o700),
		os.WriteFile(filepath.Join(dir, tempPrefix+"dead", "stored", "upload"), []byte("lost"), 0o600),
		os.WriteFile(filepath.Join(dir, tempPrefix+"file"), nil, 0o600),
		os.Mkdir(elsewhere, 0o700),
		os.Symlink(elsewhere, filepath.Join(dir, tempPrefix+"link")),
		os.Mkdir(filepath.Join(dir, "modemsim-other"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	sweep(dir)
	left := func(path string, want bool) {
		t.Helper()
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: there is %v, want it to be there: %v", path, err, want)
		}
	}
	left(filepath.Join(dir, tempPrefix+"dead"), false)
	for _, path := range []string{live.path, elsewhere, filepath.Join(dir, tempPrefix+"file"), filepath.Join(dir, tempPrefix+"link"), filepath.Join(dir, "modemsim-other")} {
		left(path, true)
	}
	if err := live.remove(); err != nil {
		t.Fatal(err)
	}
	left(live.path, false)
}
