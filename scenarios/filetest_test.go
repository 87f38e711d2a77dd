package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The file of same is beside the scenario; what it holds is read with the scenario.
func TestSame(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"log.bin": "abc", "a b": "", "x.scn": "expect 5s ftp:stored same log.bin\non ftp:data@1..2 expect 5s ftp:stored \"or\" not same \"a b\"",
		"y.scn": "include x.scn", "none.scn": "forbid ftp:stored same nothing.bin", "dir.scn": "forbid ftp:stored same .",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"x.scn", "y.scn"} {
		script, err := Load(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		abc := script.Rules[0].Action.Event().Content
		if !abc.Holds(3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") || abc.Holds(3, zeros) || abc.Holds(4, abc.SHA256) {
			t.Errorf("%s: %+v", name, abc)
		}
		drawn := script.Rules[1].Draw(TheTrigger, func(low, _ int64) int64 { return low }).Action.Event()
		if drawn.Content.Holds(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") || !drawn.Content.Holds(3, abc.SHA256) {
			t.Errorf("%s: %+v", name, drawn.Content)
		}
		if got, want := drawn.String(), `ftp:stored "or" not same "a b"`; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for name, want := range map[string]string{"none.scn": "no such file", "dir.scn": "is not a regular file"} {
		if _, err := Load(filepath.Join(folder, name)); err == nil || !strings.Contains(err.Error(), name+":1: same: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
