package backend

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

// sockets returns the inodes of this process's sockets.
func sockets(t *testing.T) map[string]bool {
	t.Helper()
	descriptors, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	own := make(map[string]bool)
	for _, d := range descriptors {
		target, _ := os.Readlink(d) // the one that lists the folder is gone by now
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return own
}

// listening returns the lines of the kernel's TCP tables that are listening sockets of this
// process.
func listening(t *testing.T) []string {
	t.Helper()
	own := sockets(t)
	var found []string
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		content, err := os.ReadFile(table)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			const state, inode, listen = 3, 9, "0A"
			if field := strings.Fields(line); len(field) > inode && field[state] == listen && own[field[inode]] {
				found = append(found, line)
			}
		}
	}
	return found
}

func TestEmbeddedListensNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := len(sockets(t))
		e := newEmbedded(t, EmbeddedOptions{})
		control := raw(t, e, "192.0.2.7:21")
		say(t, control, "USER x", 331)
		say(t, control, "PASS x", 230)
		for command, code := range map[string]int{"PASV": 227, "EPSV": 229} {
			say(t, control, command, code)
			if found := listening(t); len(found) != 0 {
				t.Errorf("listening after %s: %s", command, found)
			}
		}
		say(t, control, "PROT P", 200)
		say(t, control, "PASV", 421) // the library does not close this one's socket
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if left := len(sockets(t)) - before; left != 0 {
			t.Errorf("%d sockets left open", left)
		}
	})
}

func TestListenListensThereOnly(t *testing.T) {
	e := newEmbedded(t, oneLogin)
	const only = "0200007F:" // 127.0.0.2, as the kernel prints it
	at := openTo(t, e, "127.0.0.2:0")
	conn, err := net.Dial("tcp", at.String())
	must(t, err)
	visitor := talk(t, conn)
	say(t, visitor, "USER ann", 331)
	say(t, visitor, "PASS secret", 230)
	passive(t, modemSession(t, e)) // opens nothing
	for _, command := range []string{"PASV", "EPSV", "PASV"} {
		code := map[string]int{"PASV": 227, "EPSV": 229}[command]
		say(t, visitor, command, code)
		found := listening(t)
		if len(found) < 2 { // the data port of the command before may not be closed yet
			t.Errorf("%d sockets listen after %s, want the control and the data one", len(found), command)
		}
		for _, line := range found {
			if local := strings.Fields(line)[1]; !strings.HasPrefix(local, only) {
				t.Errorf("listening at %s after %s", local, command)
			}
		}
	}
	say(t, visitor, "QUIT", 221)
	if _, err := visitor.ReadLine(); err != io.EOF {
		t.Errorf("after QUIT: %v", err)
	}
	must(t, e.Close())
	if found := listening(t); len(found) != 0 {
		t.Errorf("listening after the end: %s", found)
	}
}

func TestNewEmbeddedSaveFolderNotWritable(t *testing.T) {
	_, err := NewEmbedded(EmbeddedOptions{Save: "/proc"}) // not even root can create a file there
	if err == nil || !strings.HasSuffix(err.Error(), "; make it writable or name another") {
		t.Errorf("error %v", err)
	}
}

func TestServedFIFOIsNoFile(t *testing.T) {
	folder := plant(t, map[string]string{"file": "x"})
	if err := syscall.Mkfifo(filepath.Join(folder, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := login(t, newEmbedded(t, EmbeddedOptions{Files: folder}))
	wantList(t, c, "/", "file")
	_, err := c.Retr("fifo")
	refused(t, "RETR", err, 550)
}
