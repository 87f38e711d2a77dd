package backend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jlaffaye/ftp"
)

// newEmbedded returns a server that ends with the test. In a bubble, call it inside.
func newEmbedded(t *testing.T, o EmbeddedOptions) *Embedded {
	t.Helper()
	e, err := NewEmbedded(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// client is the library's client, logged in, with access to its data connection.
type client struct {
	*ftp.ServerConn
	t    *testing.T
	data net.Conn // the newest data connection
}

func login(t *testing.T, e *Embedded) *client {
	t.Helper()
	c := &client{t: t}
	var err error
	c.ServerConn, err = ftp.Dial("192.0.2.7:21", ftp.DialWithDisabledEPSV(true),
		ftp.DialWithDialFunc(func(network, address string) (net.Conn, error) {
			conn, err := e.DialContext(t.Context(), network, address)
			c.data = conn
			return conn, err
		}))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Login("modem", "secret"); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *client) fetch(name string, offset int64) []byte {
	c.t.Helper()
	r, err := c.RetrFrom(name, uint64(offset))
	if err != nil {
		c.t.Fatalf("RETR %s: %v", name, err)
	}
	content, err := io.ReadAll(r)
	if errClose := r.Close(); err != nil || errClose != nil {
		c.t.Fatalf("RETR %s: %v, %v", name, err, errClose)
	}
	return content
}

func (c *client) store(name, content string) {
	c.t.Helper()
	c.must("STOR "+name, c.Stor(name, strings.NewReader(content)))
}

func (c *client) must(what string, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("%s: %v", what, err)
	}
}

// refused wants an error with the reply code, and returns its text.
func refused(t *testing.T, what string, err error, code int) string {
	t.Helper()
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code != code {
		t.Errorf("%s: %v, want %d", what, err, code)
		return ""
	}
	return reply.Msg
}

func wantContent(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if string(got) != want {
		t.Errorf("%s: %d bytes %.40q, want %d bytes %.40q", what, len(got), got, len(want), want)
	}
}

func wantStored(t *testing.T, e *Embedded, name, want string) {
	t.Helper()
	got, ok := e.Stored(name)
	if !ok {
		t.Errorf("%s is not a complete upload", name)
	}
	wantContent(t, "stored "+name, got, want)
}

func wantNotStored(t *testing.T, e *Embedded, name string) {
	t.Helper()
	if got, ok := e.Stored(name); ok {
		t.Errorf("%s counts as a complete upload of %d bytes", name, len(got))
	}
}

// random returns n bytes that no pattern in the code under test can match by chance.
func random(n int) string {
	p := make([]byte, n)
	rand.NewChaCha8([32]byte{7}).Read(p)
	return string(p)
}

func TestEmbeddedSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{})
		c := login(t, e)
		big := random(3 << 20)

		wantContent(t, "hello.txt", c.fetch("hello.txt", 0), string(samples[0].content))
		wantContent(t, "firmware.bin from 65520", c.fetch("firmware.bin", 65520), "offset 0000FFF0\n")
		wantContent(t, "REST at the end", c.fetch("User_16.crc", 1120), "")
		wantContent(t, "empty.bin", c.fetch("empty.bin", 0), "")
		if size, err := c.FileSize("User_16.crc"); err != nil || size != 1120 {
			t.Errorf("SIZE %d, %v", size, err)
		}

		c.store("upload/big.bin", big)
		wantStored(t, e, "/upload/big.bin", big)
		wantContent(t, "what was stored", c.fetch("upload/big.bin", 0), big)
		c.must("APPE", c.Append("upload/big.bin", strings.NewReader("tail")))
		wantStored(t, e, "upload/big.bin", big+"tail")
		c.must("STOR with REST", c.StorFrom("upload/big.bin", strings.NewReader("end"), uint64(len(big))))
		wantStored(t, e, "upload/big.bin", big+"endl")
		c.store("nothing", "")
		wantStored(t, e, "nothing", "")

		start := time.Now()
		time.Sleep(188 * time.Second)
		c.must("NOOP after idling", c.NoOp())
		if idled := time.Since(start); idled < 188*time.Second || idled > 189*time.Second {
			t.Errorf("idled %v", idled)
		}

		c.must("MKD", c.MakeDir("new"))
		c.must("CWD", c.ChangeDir("new"))
		c.store("here", "x")
		wantStored(t, e, "/new/here", "x")
		c.must("DELE", c.Delete("here"))
		wantNotStored(t, e, "/new/here")
		c.must("CDUP", c.ChangeDirToParent())
		c.must("RMD", c.RemoveDir("new"))
		refused(t, "CWD into a removed folder", c.ChangeDir("new"), 550)
		c.must("QUIT", c.Quit())
	})
}

func TestEmbeddedASCII(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{})
		c := login(t, e)
		c.must("TYPE A", c.Type(ftp.TransferTypeASCII))
		want := strings.ReplaceAll(string(samples[0].content), "\n", "\r\n")
		wantContent(t, "RETR", c.fetch("hello.txt", 0), want)
		c.store("up.txt", "one\r\ntwo\r\n")
		wantStored(t, e, "up.txt", "one\ntwo\n")
		c.must("TYPE I", c.Type(ftp.TransferTypeBinary))
		wantContent(t, "RETR as image", c.fetch("up.txt", 0), "one\ntwo\n")
		c.Quit()
	})
}

// TestEmbeddedSlowHost lets the host pause where a modem's host does: before it reads what a RETR
// has begun to send, and between two commands.
func TestEmbeddedSlowHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{})
		c := login(t, e)
		big := random(1 << 20)
		c.store("big", big)
		r, err := c.Retr("big")
		c.must("RETR", err)
		// Neither pause is a multiple of the idle limit.
		time.Sleep(2*time.Hour + 7*time.Minute)
		got, err := io.ReadAll(r)
		c.must("read", err)
		c.must("226", r.Close())
		wantContent(t, "after two hours", got, big)
		time.Sleep(899 * time.Second)
		c.must("NOOP", c.NoOp())

		idle := raw(t, e, "192.0.2.7:21")
		start := time.Now()
		say(t, idle, "", 421)
		if waited := time.Since(start); waited != 900*time.Second {
			t.Errorf("an idle session ended after %v", waited)
		}
	})
}

func TestEmbeddedRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{})
		c := login(t, e)
		retr := func(name string) error {
			r, err := c.Retr(name)
			if err == nil {
				r.Close()
			}
			return err
		}
		size := func(name string) error { _, err := c.FileSize(name); return err }
		stor := func(name string) error { return c.Stor(name, strings.NewReader("x")) }
		for _, try := range []struct {
			what string
			do   func(string) error
			name string
		}{
			{"RETR", retr, "missing"}, {"RETR", retr, "upload"}, {"RETR", retr, "/"}, {"RETR", retr, "hello.txt/x"},
			{"SIZE", size, "missing"}, {"SIZE", size, "upload"},
			{"STOR", stor, "upload"}, {"STOR", stor, "missing/x"}, {"STOR", stor, "hello.txt/x"},
			{"DELE", c.Delete, "missing"}, {"DELE", c.Delete, "upload"},
			{"RMD", c.RemoveDir, "missing"}, {"RMD", c.RemoveDir, "hello.txt"}, {"RMD", c.RemoveDir, "/"},
			{"MKD", c.MakeDir, "upload"}, {"MKD", c.MakeDir, "hello.txt"}, {"MKD", c.MakeDir, "missing/x"},
			{"CWD", c.ChangeDir, "missing"}, {"CWD", c.ChangeDir, "hello.txt"},
			{"RNTO", func(to string) error { return c.Rename("upload", to) }, "upload/below"},
			{"RNTO", func(to string) error { return c.Rename("upload", to) }, "hello.txt"},
			{"RNTO", func(to string) error { return c.Rename("hello.txt", to) }, "upload"},
			{"RNFR", func(from string) error { return c.Rename(from, "x") }, "missing"},
		} {
			text := refused(t, try.what+" "+try.name, try.do(try.name), 550)
			if strings.Contains(text, e.temp.path) || strings.Contains(text, os.TempDir()) {
				t.Errorf("%s %s: a path of the machine in %q", try.what, try.name, text)
			}
		}
		c.must("NOOP", c.NoOp()) // no reply is left over

		control := raw(t, e, "192.0.2.7:21")
		say(t, control, "USER x", 331)
		say(t, control, "PASS x", 230)
		say(t, control, "TYPE I", 200)
		say(t, control, "REST -1", 350)
		text := say(t, control, "RETR hello.txt", 550)
		if !strings.Contains(text, ": seek /hello.txt: ") || strings.Contains(text, e.temp.path) {
			t.Errorf("the path in %q is not the server's", text)
		}
	})
}

func TestEmbeddedLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{User: "modem", Password: "secret"})
		c := login(t, e)
		c.must("NOOP", c.NoOp())
		for _, try := range [][2]string{{"modem", "wrong"}, {"other", "secret"}, {"", ""}} {
			c, err := ftp.Dial("192.0.2.7:21", ftp.DialWithDialFunc(func(network, address string) (net.Conn, error) {
				return e.DialContext(t.Context(), network, address)
			}))
			if err != nil {
				t.Fatal(err)
			}
			refused(t, "PASS", c.Login(try[0], try[1]), 530)
		}
	})
}

// raw returns a control connection without a client.
func raw(t *testing.T, e *Embedded, address string) *textproto.Conn {
	t.Helper()
	conn, err := e.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return talk(t, conn)
}

// talk reads the greeting.
func talk(t *testing.T, conn net.Conn) *textproto.Conn {
	t.Helper()
	c := textproto.NewConn(conn)
	t.Cleanup(func() { c.Close() })
	say(t, c, "", 220)
	return c
}

// say sends a line, unless it is empty, wants the reply code and returns the text.
func say(t *testing.T, c *textproto.Conn, line string, code int) string {
	t.Helper()
	if line != "" {
		if err := c.PrintfLine("%s", line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	_, text, err := c.ReadResponse(code)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return text
}

func TestEmbeddedPassiveReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct{ dialled, shown string }{
			{"198.51.100.4:21", "198,51,100,4"},
			{"198.51.100.4:2121", "198,51,100,4"},
			{"198.51.100.4:49153", "198,51,100,4"},
			{"[::ffff:198.51.100.4]:21", "198,51,100,4"},
			{"ftp.example.com:21", "192,0,2,1"},
			{"[2001:db8::1]:21", "192,0,2,1"},
		} {
			e := newEmbedded(t, EmbeddedOptions{})
			control := raw(t, e, c.dialled)
			say(t, control, "USER x", 331)
			say(t, control, "PASS x", 230)
			ports := []string{"192,1", "192,2"} // 49152 went to the control connection's near end
			if strings.HasSuffix(c.dialled, ":49153") {
				ports = []string{"192,2", "192,3"}
			}
			for _, port := range ports {
				want := "Entering Passive Mode (" + c.shown + "," + port + ")"
				if got := say(t, control, "PASV", 227); got != want {
					t.Errorf("dialled %s: %q, want %q", c.dialled, got, want)
				}
			}
		}
	})
}

func TestEmbeddedAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{})
		control := raw(t, e, "192.0.2.7:21")
		say(t, control, "USER x", 331)
		say(t, control, "PASS x", 230)
		say(t, control, "TYPE I", 200)
		say(t, control, "EPSV", 229)
		say(t, control, "RETR missing", 550)
		data, err := e.DialContext(t.Context(), "tcp", "192.0.2.7:49153")
		if err != nil {
			t.Fatal(err)
		}
		say(t, control, "RETR hello.txt", 150)
		got, err := io.ReadAll(data)
		if err != nil || !bytes.Equal(got, samples[0].content) {
			t.Errorf("read %q, %v", got, err)
		}
		data.Close()
		say(t, control, "", 226)
		if _, err := e.DialContext(t.Context(), "tcp", "192.0.2.7:49153"); err == nil {
			t.Error("a data port that was closed took a connection")
		}
		say(t, control, "PORT 127,0,0,1,200,1", 421)
		for _, address := range []string{"192.0.2.7", "192.0.2.7:ftp", "192.0.2.7:65536"} {
			if _, err := e.DialContext(t.Context(), "tcp", address); err == nil {
				t.Errorf("%s was dialled", address)
			}
		}
	})
}

func TestEmbeddedManyClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{Save: t.TempDir()})
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				c := login(t, e)
				name, content := fmt.Sprintf("upload/%d", i), random(100_000+i)
				c.store(name, content)
				wantStored(t, e, name, content)
				wantContent(t, name, c.fetch(name, 0), content)
				c.must("LIST", sizeOf(c, "hello.txt"))
				c.must("DELE", c.Delete(name))
				c.Quit()
			})
		}
		all.Wait()
	})
}

func TestEmbeddedWriteFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEmbedded(t, EmbeddedOptions{})
		c := login(t, e)
		for name, content := range map[string]string{"hello.txt": "replaced", "/deep/down/f.bin": "new"} {
			if err := e.WriteFile(name, []byte(content)); err != nil {
				t.Fatal(err)
			}
			wantContent(t, name, c.fetch(name, 0), content)
			wantNotStored(t, e, name)
		}
		c.store("hello.txt", "uploaded")
		if err := e.WriteFile("hello.txt", []byte("and back")); err != nil {
			t.Fatal(err)
		}
		wantNotStored(t, e, "hello.txt")
		if err := e.WriteFile("upload", nil); err == nil {
			t.Error("a folder was replaced by a file")
		}
	})
}

func TestEmbeddedClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		temp := t.TempDir()
		t.Setenv("TMPDIR", temp)
		t.Setenv("TMP", temp)
		e := newEmbedded(t, EmbeddedOptions{})
		c := login(t, e)
		c.store("f", "x")
		r, err := c.Retr("firmware.bin")
		c.must("RETR", err)
		forgotten := raw(t, e, "192.0.2.7:21") // in a state that the library does not clean up
		say(t, forgotten, "USER x", 331)
		say(t, forgotten, "PASS x", 230)
		say(t, forgotten, "PASV", 227)
		say(t, forgotten, "PROT P", 200)
		say(t, forgotten, "PASV", 421)
		forgotten.PrintfLine("RETR hello.txt") // waits for a data connection that never comes
		synctest.Wait()
		if entries, _ := os.ReadDir(temp); len(entries) != 1 {
			t.Errorf("%d entries in the temporary folder, want the server's one", len(entries))
		}

		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if entries, _ := os.ReadDir(temp); len(entries) != 0 {
			t.Errorf("left behind: %v", entries)
		}
		if c.NoOp() == nil {
			t.Error("a session outlived its server")
		}
		r.Close()
		if _, err := e.DialContext(context.Background(), "tcp", "192.0.2.7:21"); err == nil {
			t.Error("a closed server took a connection")
		}
		if err := e.Close(); err != nil {
			t.Errorf("second close: %v", err)
		}
		wantNotStored(t, e, "f")
	})
}

func TestNewEmbeddedBadFolders(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(folder, "inside")
	if err := os.Mkdir(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	for _, c := range []struct {
		options EmbeddedOptions
		want    string
	}{
		{EmbeddedOptions{Files: folder + "/nope"}, "no such file or directory; name a folder that exists and can be read"},
		{EmbeddedOptions{Files: file}, "not a directory; name a folder that exists and can be read"},
		{EmbeddedOptions{Save: folder + "/nope"}, "no such file or directory; create it or name another"},
		{EmbeddedOptions{Save: file}, "not a directory; create it or name another"},
		{EmbeddedOptions{Files: folder, Save: folder}, "never changed; name a folder outside it"},
		{EmbeddedOptions{Files: folder, Save: inside}, "never changed; name a folder outside it"},
		{EmbeddedOptions{Files: folder, Save: folder + "/nope"}, "no such file or directory; create it or name another"},
	} {
		e, err := NewEmbedded(c.options)
		if err == nil {
			e.Close()
			t.Errorf("%+v: no error", c.options)
			continue
		}
		if !strings.HasSuffix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v, want ... %s", c.options, err, c.want)
		}
	}
	if entries, _ := os.ReadDir(temp); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}
