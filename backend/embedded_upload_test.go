package backend

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net/textproto"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/modemsim/modemsim/backend/memnet"
)

// TestEmbeddedBrokenUpload cuts uploads in each way that a data connection can end badly.
func TestEmbeddedBrokenUpload(t *testing.T) {
	for _, c := range []struct {
		name string
		cut  func(c *client, e *Embedded)
	}{
		{"data connection reset", func(c *client, _ *Embedded) { c.data.(*memnet.Conn).Reset() }},
		{"server closed", func(_ *client, e *Embedded) { e.network.Close() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				folder := t.TempDir()
				e := newEmbedded(t, EmbeddedOptions{Save: folder})
				client := login(t, e)
				in, out := io.Pipe()
				result := make(chan error, 1)
				go func() { result <- client.Stor("part.bin", in) }()
				out.Write(make([]byte, 100_000))
				synctest.Wait()
				c.cut(client, e)
				out.Close()
				if err := <-result; err == nil {
					t.Error("the upload was answered with 226")
				}
				wantNotStored(t, e, "part.bin")
				wantTree(t, folder, "")
			})
		})
	}
}

func TestEmbeddedBrokenUploadStaysForResuming(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		e := newEmbedded(t, EmbeddedOptions{Save: folder})
		c := login(t, e)
		c.store("f", "an older version")
		in, out := io.Pipe()
		result := make(chan error, 1)
		go func() { result <- c.Stor("f", in) }()
		out.Write([]byte("half"))
		synctest.Wait()
		c.data.(*memnet.Conn).Reset()
		out.Close()
		refused(t, "STOR", <-result, 550)
		wantNotStored(t, e, "f")
		wantTree(t, folder, "f=an older version")

		wantContent(t, "the half", c.fetch("f", 0), "half")
		c.must("APPE", c.Append("f", strings.NewReader(" and half")))
		wantStored(t, e, "f", "half and half")
		wantTree(t, folder, "f=half and half")
	})
}

func TestEmbeddedUploadDeletedWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		e := newEmbedded(t, EmbeddedOptions{Save: folder})
		c, other := login(t, e), login(t, e)
		in, out := io.Pipe()
		result := make(chan error)
		go func() { result <- c.Stor("f", in) }()
		out.Write([]byte("content"))
		synctest.Wait()
		other.must("DELE", other.Delete("f"))
		out.Close()
		c.must("STOR", <-result)
		wantNotStored(t, e, "f")
		wantTree(t, folder, "")
	})
}

// TestEmbeddedUploadWithoutItsControlConnection ends the session in various ways while the data
// connection is intact.
func TestEmbeddedUploadWithoutItsControlConnection(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(t *testing.T, control *textproto.Conn)
	}{
		{"closed", func(_ *testing.T, control *textproto.Conn) { control.Close() }},
		{"ABOR", func(t *testing.T, control *textproto.Conn) {
			say(t, control, "ABOR", 426)
			say(t, control, "", 226)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEmbedded(t, EmbeddedOptions{})
				control := raw(t, e, "192.0.2.7:21")
				say(t, control, "USER x", 331)
				say(t, control, "PASS x", 230)
				say(t, control, "TYPE I", 200)
				say(t, control, "PASV", 227)
				data, err := e.DialContext(t.Context(), "tcp", "192.0.2.7:49153")
				if err != nil {
					t.Fatal(err)
				}
				say(t, control, "STOR f", 150)
				data.Write([]byte("half"))
				synctest.Wait()
				c.end(t, control)
				synctest.Wait()
				data.Close()
				wantNotStored(t, e, "f")
			})
		})
	}
}

// TestEmbeddedLargeUpload moves 100 MiB up and down. Memory use must not grow with the size.
func TestEmbeddedLargeUpload(t *testing.T) {
	const size, limit = 100 << 20, 4 << 20
	folder := t.TempDir()
	e := newEmbedded(t, EmbeddedOptions{Save: folder})
	c := login(t, e)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.must("STOR", c.Stor("big", io.LimitReader(rand.NewChaCha8([32]byte{7}), size)))
	r, err := c.Retr("big")
	c.must("RETR", err)
	got, want := sha256.New(), sha256.New()
	n, err := io.Copy(got, r)
	c.must("read", err)
	c.must("226", r.Close())
	runtime.ReadMemStats(&after)
	if n != size {
		t.Errorf("read %d bytes, want %d", n, size)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > limit {
		t.Errorf("allocated %d bytes in all, want at most %d", grown, limit)
	}
	io.CopyN(want, rand.NewChaCha8([32]byte{7}), size)
	if !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		t.Error("what came back is not what was sent")
	}
	if info, err := os.Stat(filepath.Join(folder, "big")); err != nil || info.Size() != size {
		t.Errorf("saved: %v, %v", info, err)
	}
}

func TestEmbeddedSave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder, outside := t.TempDir(), t.TempDir()
		symlink(t, outside, filepath.Join(folder, "out"))
		symlink(t, filepath.Join(outside, "target"), filepath.Join(folder, "file"))
		e := newEmbedded(t, EmbeddedOptions{Save: folder})
		c := login(t, e)
		for _, name := range []string{"a", "a/b", "out", "taken"} {
			c.must("MKD", c.MakeDir(name))
		}
		c.store("a/b/c.bin", "first")
		c.store("a/b/c.bin", "second")
		c.store("file", "no link any more")
		if err := os.WriteFile(filepath.Join(folder, "blocked"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		c.must("MKD", c.MakeDir("blocked"))
		for _, name := range []string{"out/x", "blocked/x"} {
			text := refused(t, "STOR "+name, c.Stor(name, strings.NewReader("x")), 550)
			if strings.Contains(text, folder) || strings.Contains(text, outside) {
				t.Errorf("a path of the machine in %q", text)
			}
			wantNotStored(t, e, name)
		}
		wantTree(t, outside, "")
		os.Remove(filepath.Join(folder, "out"))
		wantTree(t, folder, "a/b/c.bin=second blocked= file=no link any more")
	})
}
