package backend

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/modemsim/modemsim/backend/memnet"
)

// A client on another network in memory has its whole session there, and sees the same files. It
// ends with that network or with the server.
func TestServeIn(t *testing.T) {
	for name, end := range map[string]func(*Embedded, *memnet.Network) error{
		"the network first": func(e *Embedded, n *memnet.Network) error { return errors.Join(n.Close(), e.Close()) },
		"the server first":  func(e *Embedded, n *memnet.Network) error { return errors.Join(e.Close(), n.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e, n := newEmbedded(t, EmbeddedOptions{}), memnet.New()
				must(t, e.ServeIn(n))
				ctx := t.Context()
				s, _, err := Open(ctx, "192.0.2.7:21", Options{Dial: n.DialContext, TrustPASV: true})
				must(t, err)
				_, err = s.User(ctx, "ann")
				must(t, err)
				_, err = s.Pass(ctx, "secret")
				must(t, err)
				r, err := s.Passive(ctx)
				if err != nil || !strings.Contains(r.Text(), "(192,0,2,7,") {
					t.Errorf("PASV: %s, %v", r.Text(), err)
				}
				u, _, err := s.Store(ctx, "upload/there")
				must(t, err)
				_, err = io.WriteString(u, "of the other network")
				must(t, err)
				_, err = u.Finish(ctx)
				must(t, err)
				wantStored(t, e, "upload/there", "of the other network")
				passive(t, s) // its listener is open at the end
				must(t, end(e, n))
				synctest.Wait()
				if !lost(s) {
					t.Error("the session has outlived the network")
				}
			})
		})
	}
}

func TestServeInTwice(t *testing.T) {
	e, n := newEmbedded(t, EmbeddedOptions{}), memnet.New()
	must(t, e.ServeIn(n))
	if err := e.ServeIn(n); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("the second time: %v", err)
	}
	must(t, e.Close())
	if err := e.ServeIn(memnet.New()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after its end: %v", err)
	}
}

func TestEmbeddedFS(t *testing.T) {
	tree := newEmbedded(t, EmbeddedOptions{}).FS()
	content, err := fs.ReadFile(tree, "hello.txt")
	must(t, err)
	wantContent(t, "hello.txt", content, string(samples[0].content))
	f, err := tree.Open("firmware.bin")
	must(t, err)
	defer f.Close()
	info, err := f.Stat()
	must(t, err)
	end, err := f.(io.Seeker).Seek(0, io.SeekEnd)
	if err != nil || end != info.Size() || end != 64<<10 {
		t.Errorf("the end is at %d of %d: %v", end, info.Size(), err)
	}
	entries, err := tree.ReadDir(".")
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != "User_16.crc empty.bin firmware.bin hello.txt upload" {
		t.Errorf("the root holds %s", got)
	}
	for name, want := range map[string]error{"missing": fs.ErrNotExist, "upload": syscall.EISDIR, "../etc": fs.ErrInvalid, "/hello.txt": fs.ErrInvalid} {
		if _, err := tree.Open(name); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if _, err := tree.ReadDir("../etc"); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a folder outside: %v", err)
	}
}

func TestEmbeddedUpload(t *testing.T) {
	saved := t.TempDir()
	e := newEmbedded(t, EmbeddedOptions{Save: saved})
	must(t, e.Upload("/new/folder/file", strings.NewReader("first")))
	must(t, e.Upload("new/folder/file", strings.NewReader("2nd")))
	wantStored(t, e, "new/folder/file", "2nd")
	broken := errors.New("the line broke")
	if err := e.Upload("cut", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a broken upload: %v", err)
	}
	wantNotStored(t, e, "cut")
	if size, ok := e.Size("cut"); size != 4 || !ok {
		t.Errorf("%d bytes of a broken upload, %v", size, ok)
	}
	if size, ok := e.Size("missing"); ok {
		t.Errorf("%d bytes of nothing", size)
	}
	for name, want := range map[string]error{"/": syscall.EISDIR, "upload": syscall.EISDIR, "hello.txt/x": syscall.ENOTDIR} {
		if err := e.Upload(name, strings.NewReader("x")); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	kept, err := os.ReadFile(filepath.Join(saved, "new/folder/file"))
	must(t, err)
	wantContent(t, "the saved file", kept, "2nd")
	if _, err := os.Stat(filepath.Join(saved, "cut")); err == nil {
		t.Error("a broken upload is saved")
	}
}
