package port

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestPTYLink(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	if err := os.Symlink("dangling", link); err != nil {
		t.Fatal(err)
	}
	w := openWire(t, PTYOptions{Link: link})
	if w.Path() != link {
		t.Errorf("Path is %s, want the link", w.Path())
	}
	host := w.dial()
	w.want("open")
	text(t, host, "AT\r")
	w.wantData("AT\r")
	closed(t, host)
	w.want("close")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, filepath.Dir(link))
}

func TestPTYLinkOfAnotherStays(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	first := openWire(t, PTYOptions{Link: link})
	second := openWire(t, PTYOptions{Link: link})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	host := second.dial()
	second.want("open")
	closed(t, host)
	second.want("close")
}

func TestPTYLinkRefusesWhatIsNoLink(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		file:                          "not a symbolic link: remove it or name another path",
		dir:                           "not a symbolic link",
		filepath.Join(dir, "no", "x"): "no such file or directory",
	} {
		wantNoPTY(t, PTYOptions{Link: path}, want)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "kept" {
		t.Errorf("the file has %q, %v", b, err)
	}
	wantFiles(t, dir, "file")
}

func TestPTYAccess(t *testing.T) {
	group := os.Getgid()
	w := openWire(t, PTYOptions{Mode: 0o666, Group: strconv.Itoa(group)})
	st, err := os.Stat(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	if st.Mode().Perm() != 0o666 {
		t.Errorf("mode %v, want 0666", st.Mode().Perm())
	}
	if gid := int(st.Sys().(*syscall.Stat_t).Gid); gid != group {
		t.Errorf("group %d, want %d", gid, group)
	}
}

func TestPTYAccessToAnUnknownGroup(t *testing.T) {
	wantNoPTY(t, PTYOptions{Group: "no-such-group"}, "group no-such-group: there is no such group")
}

func wantNoPTY(t *testing.T, o PTYOptions, want string) {
	t.Helper()
	p, err := OpenPTY(o)
	if err == nil {
		_ = p.Close()
		t.Fatalf("%+v: no error, want %q", o, want)
	}
	if !strings.HasPrefix(err.Error(), "port: ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%+v: error %q, want one line with %q", o, err, want)
	}
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s has %q, want %q", dir, got, want)
	}
}
