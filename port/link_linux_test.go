package port

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestPTYLink(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
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

// The link of a modem that lives is never taken, by whatever name the folder goes.
func TestPTYLinkOfALivingModem(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "modem")
	again := filepath.Join(t.TempDir(), "again")
	if err := os.Symlink(dir, again); err != nil {
		t.Fatal(err)
	}
	first := openWire(t, PTYOptions{Link: link})
	want := fmt.Sprintf("it is the link of a modem that runs (process %d): end that or name another path", os.Getpid())
	wantNoPTY(t, PTYOptions{Link: link}, want)
	wantNoPTY(t, PTYOptions{Link: filepath.Join(again, "modem")}, want)
	host := first.dial()
	first.want("open")
	closed(t, host)
	first.want("close")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir)
	openWire(t, PTYOptions{Link: link})
}

// While a pty is unplugged, its link is still that of its modem.
func TestLinkOfAnUnpluggedPTY(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	u, err := OpenPluggable(PTYOptions{Link: link})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Unplug(time.Hour, false); err != nil {
		t.Fatal(err)
	}
	u.away.Wait()
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link while unplugged: %v", err)
	}
	wantNoPTY(t, PTYOptions{Link: link}, "it is the link of a modem that runs")
	if err := errors.Join(u.Close(), u.Close()); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, filepath.Dir(link))
}

// What a modem that was killed leaves is replaced, even if its pty is somebody else's by then.
func TestPTYLinkOfAKilledModem(t *testing.T) {
	other := openWire(t, PTYOptions{})
	for _, left := range []struct{ name, target, lock string }{
		{"the pty is gone", "/dev/pts/99999999", "1 /dev/pts/99999999\n"},
		{"the pty is another's", other.Path(), "1 " + other.Path() + "\n"},
		{"the lock is gone", "/dev/pts/99999999", ""},
		{"the link is gone", "", "1 /dev/pts/99999999\n"},
	} {
		t.Run(left.name, func(t *testing.T) {
			dir := t.TempDir()
			link := filepath.Join(dir, "modem")
			var err error
			if left.target != "" {
				err = os.Symlink(left.target, link)
			}
			if left.lock != "" {
				err = errors.Join(err, os.WriteFile(filepath.Join(dir, ".modem.lock"), []byte(left.lock), 0o644))
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := OpenPTY(PTYOptions{Link: link})
			if err != nil {
				t.Fatal(err)
			}
			if to, err := os.Readlink(link); to != p.path {
				t.Errorf("the link leads to %s, want %s (%v)", to, p.path, err)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir)
		})
	}
}

// A link that no modem made stays as it is, wherever it leads.
func TestPTYLinkOfTheUserStays(t *testing.T) {
	other := openWire(t, PTYOptions{})
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	for _, target := range []string{file, "/dev/null", "dangling", dir, "link", other.Path()} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		wantNoPTY(t, PTYOptions{Link: link}, "it is a symbolic link to "+target+", which no modem made: remove it or name another path")
		if to, err := os.Readlink(link); to != target {
			t.Errorf("the link leads to %q, want %q (%v)", to, target, err)
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
	wantFiles(t, dir, "file")
}

// What somebody puts into the place of the link stays at the end.
func TestPTYLinkReplacedByTheUserStays(t *testing.T) {
	link := filepath.Join(t.TempDir(), "modem")
	w := openWire(t, PTYOptions{Link: link})
	if err := errors.Join(os.Remove(link), os.Symlink("/dev/null", link)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, filepath.Dir(link), "modem")
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
