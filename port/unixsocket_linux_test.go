package port

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestSocketOptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "modem")
	for _, c := range []struct {
		o    SocketOptions
		mode fs.FileMode
	}{
		{SocketOptions{}, 0o600},
		{SocketOptions{Mode: 0o666}, 0o666},
		{SocketOptions{Mode: 0o660, Group: strconv.Itoa(os.Getgid())}, 0o660},
	} {
		s, err := Listen("unix:"+path, c.o)
		if err != nil {
			t.Fatal(err)
		}
		st, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Mode(); got != c.mode|fs.ModeSocket {
			t.Errorf("%+v: mode %v", c.o, got)
		}
		if gid := st.Sys().(*syscall.Stat_t).Gid; c.o.Group != "" && int(gid) != os.Getgid() {
			t.Errorf("%+v: group %d", c.o, gid)
		}
		closed(t, s)
		wantFiles(t, filepath.Dir(path))
	}
	if s, err := Listen("unix:"+path, SocketOptions{Group: "no such group"}); err == nil {
		closed(t, s)
		t.Error("an unknown group passes")
	} else {
		checkLine(t, err, "port: unix:"+path+": group no such group: there is no such group: name one of /etc/group")
	}
	wantFiles(t, filepath.Dir(path))
	for _, address := range []string{"tcp:", "rfc2217:"} {
		for _, o := range []SocketOptions{{Mode: 0o666}, {Group: "dialout"}} {
			s, err := Listen(address, o)
			if err == nil {
				closed(t, s)
			}
			checkLine(t, err, "port: "+address+": permissions (--mode, --group) are for unix:PATH and a pty")
		}
	}
}

func TestListenRefuses(t *testing.T) {
	folder := t.TempDir()
	file, link, live := filepath.Join(folder, "file"), filepath.Join(folder, "link"), filepath.Join(folder, "live")
	if err := errors.Join(os.WriteFile(file, []byte("text"), 0o600), os.Symlink("nowhere", link)); err != nil {
		t.Fatal(err)
	}
	unix := listen(t, "unix:"+live)
	tcp := listen(t, "tcp:")
	for address, want := range map[string]string{
		"unix:" + live:                 live + " is in use: a process listens there (end it, or choose another path)",
		"unix:" + file:                 file + " exists and is not a socket (choose another path)",
		"unix:" + link:                 link + " exists and is not a socket (choose another path)",
		"unix:" + folder:               folder + " exists and is not a socket (choose another path)",
		"unix:" + folder + "/no/modem": "no such file or directory (choose a path in a folder that you can write to)",
		"unix:" + file + "/modem":      "not a directory (choose a path in a folder that you can write to)",
		tcp.Path():                     tcp.Path() + ": address already in use: write an address of this machine and a port that is free (0 picks one)",
		"rfc2217:" + tcp.Path()[4:]:    ": address already in use: write an address of this machine and a port that is free (0 picks one)",
		"tcp:192.0.2.1:4000":           "tcp:192.0.2.1:4000: cannot assign requested address: write an address of this machine and a port that is free (0 picks one)",
		"rfc2217:127.0.0.1:0,9600":     "the host chooses the speed: leave ,9600 out",
		"serial:/dev/ttyUSB0":          "nobody connects to a serial device: use --connect serial:/dev/ttyUSB0",
	} {
		s, err := Listen(address, SocketOptions{})
		if err == nil {
			closed(t, s)
		}
		checkLine(t, err, "port: ")
		if err != nil && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
	if text, err := os.ReadFile(file); string(text) != "text" {
		t.Errorf("the file: %q, %v", text, err)
	}
	if to, err := os.Readlink(link); to != "nowhere" {
		t.Errorf("the link: %q, %v", to, err)
	}
	host := unix.dial()
	text(t, host, "AT\r")
	if e := unix.next(); e.Kind != Open { // and not an Open and a Close by the process that looked
		t.Errorf("event %s", show(e))
	}
	unix.wantData("AT\r")
}

// next returns the next event.
func (s *listening) next() Event { return s.tap.next() }

// leave makes a socket at path as a process that has died leaves it.
func leave(t *testing.T, path string) {
	t.Helper()
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	closed(t, dead)
}

func TestListenReplacesADeadSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "modem")
	leave(t, path)
	s := listen(t, "unix:"+path)
	s.dial()
	s.want("open")
}

// When several processes find the same dead socket, exactly one listens there, and it can be
// reached.
func TestListenOnceForADeadSocket(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "modem")
	for range 200 {
		leave(t, path)
		listeners := make(chan net.Listener)
		for range 3 {
			go func() {
				l, err := ListenUnix(path, SocketOptions{})
				if err != nil && !strings.HasPrefix(err.Error(), path+" is in use: ") {
					t.Error(err)
				}
				listeners <- l
			}()
		}
		var there []net.Listener
		for range 3 {
			if l := <-listeners; l != nil {
				there = append(there, l)
			}
		}
		if len(there) != 1 {
			t.Fatalf("%d listen", len(there))
		}
		host, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		closed(t, host)
		closed(t, there[0])
	}
	wantFiles(t, folder)
}

// Listen does not wait for ever for a folder that another program keeps locked.
func TestListenInALockedFolder(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "modem")
	leave(t, path)
	unlock, err := lockFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Listen("unix:"+path, SocketOptions{})
	if err == nil {
		closed(t, s)
	}
	checkLine(t, err, "port: unix:"+path+": "+path+" exists: lock "+folder+": resource temporarily unavailable (remove it, or choose another path)")
	unlock()
	listen(t, "unix:"+path)
}

func TestCloseLeavesTheSocketOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "modem")
	first := listen(t, "unix:"+path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second := listen(t, "unix:"+path)
	closed(t, first.Socket)
	second.dial()
	second.want("open")
	closed(t, second.Socket)
	wantFiles(t, filepath.Dir(path))
}
