package backend

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// snapshot describes a folder: each name with its mode, time, link target and content.
func snapshot(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(name)
		if err != nil {
			return err
		}
		content := []byte{}
		switch {
		case info.Mode().IsRegular():
			content, err = os.ReadFile(name)
		case info.Mode()&fs.ModeSymlink != 0:
			var target string
			target, err = os.Readlink(name)
			content = []byte(target)
		}
		fmt.Fprintf(&all, "%s %v %v %q\n", name, info.Mode(), info.ModTime().UnixNano(), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// wantTree compares the files in folder with "name=content" in the order of names. It leaves out
// folders.
func wantTree(t *testing.T, folder, want string) {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		below, _ := filepath.Rel(folder, name)
		all = append(all, filepath.ToSlash(below)+"="+string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(all, " "); got != want {
		t.Errorf("files %q, want %q", got, want)
	}
}

func symlink(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// plant makes a folder to serve from names and contents. A name that ends in a slash is a folder.
func plant(t *testing.T, content map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range content {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Date(2012, time.March, 4, 5, 6, 7, 8, time.UTC)
	err := filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(name, old, old)
	})
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// serve serves content to a client. After the test it checks that the served folder has not
// changed.
func serve(t *testing.T, content map[string]string) (*client, *Embedded) {
	t.Helper()
	folder := plant(t, content)
	before := snapshot(t, folder)
	t.Cleanup(func() {
		if after := snapshot(t, folder); after != before {
			t.Errorf("the served folder was changed from\n%s to\n%s", before, after)
		}
	})
	e := newEmbedded(t, EmbeddedOptions{Files: folder})
	return login(t, e), e
}

// wantList compares a folder's listing (MLSD), names with a slash after folders.
func wantList(t *testing.T, c *client, folder, want string) {
	t.Helper()
	entries, err := c.List(folder)
	if err != nil {
		t.Fatalf("list %s: %v", folder, err)
	}
	var names []string
	for _, e := range entries {
		mark := map[bool]string{true: "/"}[e.Type.String() == "folder"]
		names = append(names, e.Name+mark)
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("list %s: %q, want %q", folder, got, want)
	}
}

func TestServedFolderUnderChange(t *testing.T) {
	c, e := serve(t, map[string]string{
		"keep": "kept", "replace": "old", "append": "start ", "resume": "0123456789", "drop": "dropped", "move": "moved",
		"dir/a": "A", "dir/b": "B", "dir/sub/c": "C", "full/x": "X", "bare/": "",
	})
	c.store("replace", "new")
	c.must("APPE", c.Append("append", strings.NewReader("end")))
	c.must("STOR with REST", c.StorFrom("resume", strings.NewReader("abc"), 4))
	c.store("dir/d", "D")
	wantStored(t, e, "append", "start end")
	wantStored(t, e, "resume", "0123abc789")
	wantContent(t, "replace", c.fetch("replace", 0), "new")
	wantList(t, c, "/dir", "a b d sub/")
	wantList(t, c, "/", "append bare/ dir/ drop full/ keep move replace resume")

	c.must("DELE", c.Delete("drop"))
	refused(t, "SIZE of a deleted file", sizeOf(c, "drop"), 550)
	c.must("DELE of a file stored over a served one", c.Delete("replace"))
	refused(t, "SIZE of the served one", sizeOf(c, "replace"), 550)
	c.store("drop", "again")
	wantContent(t, "drop", c.fetch("drop", 0), "again")

	refused(t, "RMD of a full folder", c.RemoveDir("full"), 550)
	c.must("DELE", c.Delete("full/x"))
	c.must("RMD", c.RemoveDir("full"))
	refused(t, "STOR into a removed folder", c.Stor("full/y", strings.NewReader("")), 550)
	c.must("MKD again", c.MakeDir("full"))
	wantList(t, c, "/full", "")
	refused(t, "SIZE of what was in it", sizeOf(c, "full/x"), 550)

	c.must("RNTO", c.Rename("move", "dir/moved"))
	c.must("RNTO over a file", c.Rename("dir/d", "keep"))
	wantStored(t, e, "keep", "D")
	wantNotStored(t, e, "dir/d")
	c.must("RNTO of a folder", c.Rename("dir", "bare/inner"))
	refused(t, "CWD into a moved folder", c.ChangeDir("dir"), 550)
	wantContent(t, "moved with the folder", c.fetch("bare/inner/sub/c", 0), "C")
	wantList(t, c, "/bare/inner", "a b moved sub/")
	c.must("DELE", c.Delete("keep"))
	wantList(t, c, "/", "append bare/ drop full/ resume")
}

// A REST past the end of a file is refused before a byte is written, and serves no later transfer.
func TestRestartPastTheEnd(t *testing.T) {
	c, e := serve(t, map[string]string{"served": "0123456789", "empty": ""})
	c.store("stored", "abc")
	for name, size := range map[string]int64{"served": 10, "empty": 0, "stored": 3, "none": 0} {
		for _, past := range []int64{1, 1 << 30, 1 << 40, 1<<63 - 1 - size} {
			want := fmt.Sprintf("REST %d is past the %d bytes of /%s", size+past, size, name)
			err := c.StorFrom(name, strings.NewReader("x"), uint64(size+past))
			if got := refused(t, "STOR "+name, err, 554); got != want {
				t.Errorf("STOR %s: %q, want %q", name, got, want)
			}
			_, err = c.RetrFrom(name, uint64(size+past))
			if name == "none" {
				refused(t, "RETR none", err, 550)
			} else if got := refused(t, "RETR "+name, err, 554); got != want {
				t.Errorf("RETR %s: %q, want %q", name, got, want)
			}
		}
	}
	wantList(t, c, "/", "empty served stored")
	wantContent(t, "served, whole", c.fetch("served", 0), "0123456789")
	c.must("STOR at the end", c.StorFrom("stored", strings.NewReader("def"), 3))
	wantStored(t, e, "stored", "abcdef")
}

// An upload that cannot be saved is refused, and Failed is told why.
func TestUploadThatCannotBeSaved(t *testing.T) {
	saved := t.TempDir()
	var told []string
	e := newEmbedded(t, EmbeddedOptions{Save: saved, Failed: func(err error) { told = append(told, err.Error()) }})
	c := login(t, e)
	if err := os.Mkdir(filepath.Join(saved, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, "STOR over a folder", c.Stor("taken", strings.NewReader("x")), 550)
	if len(told) != 1 || !strings.HasPrefix(told[0], "the upload of /taken failed: save upload: ") {
		t.Errorf("told %q", told)
	}
}

func sizeOf(c *client, name string) error {
	_, err := c.FileSize(name)
	return err
}

func TestServedFolderHasNoWayOut(t *testing.T) {
	outside := plant(t, map[string]string{"secret": "S", "folder/secret": "S"})
	before := snapshot(t, outside)
	folder := plant(t, map[string]string{"in/file": "inside", "top": "T"})
	for name, target := range map[string]string{
		"abs":      filepath.Join(outside, "secret"),
		"up":       filepath.Join("..", filepath.Base(outside), "secret"),
		"folder":   filepath.Join(outside, "folder"),
		"in/back":  "../top",
		"in/out":   "../../" + filepath.Base(outside),
		"shortcut": "in",
		"loop":     "loop",
		"dangling": "nothing",
		"whole":    "/",
	} {
		symlink(t, target, filepath.Join(folder, name))
	}
	served := snapshot(t, folder)
	e := newEmbedded(t, EmbeddedOptions{Files: folder})
	c := login(t, e)

	wantList(t, c, "/", "in/ shortcut/ top")
	wantContent(t, "a link that stays inside", c.fetch("shortcut/back", 0), "T")
	for _, name := range []string{
		"abs", "up", "folder/secret", "in/out/secret", "whole/etc/hostname", "loop", "dangling",
		"../secret", "../../../../../../etc/hostname", "/../" + filepath.Base(outside) + "/secret", outside + "/secret",
	} {
		text := refused(t, "SIZE "+name, sizeOf(c, name), 550)
		_, err := c.Retr(name)
		text += refused(t, "RETR "+name, err, 550)
		if strings.Contains(text, folder) || !strings.Contains(name, outside) && strings.Contains(text, outside) {
			t.Errorf("%s: a path of the machine in %q", name, text)
		}
	}
	wantContent(t, ".. at the root", c.fetch("../../in/../top", 0), "T")

	c.store("abs", "a new file of that name")
	wantStored(t, e, "abs", "a new file of that name")
	refused(t, "STOR through a link", c.Stor("folder/secret", strings.NewReader("x")), 550)
	refused(t, "DELE through a link", c.Delete("folder/secret"), 550)
	c.must("MKD where a link leads out", c.MakeDir("folder"))
	wantList(t, c, "/folder", "")
	c.store("folder/secret", "mine")
	c.must("DELE of a link's target by the link", c.Delete("in/back"))
	wantContent(t, "the target", c.fetch("top", 0), "T")

	if after := snapshot(t, outside); after != before {
		t.Errorf("outside was changed to\n%s", after)
	}
	if after := snapshot(t, folder); after != served {
		t.Errorf("the served folder was changed to\n%s", after)
	}
}
