package control_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/control"
)

// closed closes a server and fails if its socket is left.
func closed(t *testing.T, s *control.Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(s.Address()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left: %v", s.Address(), err)
	}
}

func listen(t *testing.T, address string) *control.Server {
	t.Helper()
	s, err := control.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStaleSocketIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ctl")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as if its process had been killed
	dead.Close()
	m, _ := newModem(t)
	s := listen(t, path)
	s.Serve(m)
	client, err := control.NewClient(path)
	if err != nil {
		t.Fatal(err)
	}
	body, err := client.Ask(t.Context(), "GET", "/state", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	body.Close()
	closed(t, s)
}

func TestWhatIsThereStays(t *testing.T) {
	folder := t.TempDir()
	live := listen(t, filepath.Join(folder, "live"))
	defer closed(t, live)
	file, link := filepath.Join(folder, "file"), filepath.Join(folder, "link")
	if err := errors.Join(os.WriteFile(file, []byte("text"), 0o600), os.Symlink("nowhere", link)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		live.Address():                     " is in use: a process listens there (end it, or choose another path)",
		file:                               " exists and is not a socket (choose another path)",
		link:                               " exists and is not a socket (choose another path)",
		folder:                             " exists and is not a socket (choose another path)",
		filepath.Join(folder, "no", "ctl"): "no such file or directory (choose a path in a folder that you can write to)",
		"":                                 "the control socket has no path (write a path, or tcp:HOST:PORT)",
		"/" + strings.Repeat("x", 107):     "at most 107 (choose a shorter one, such as /tmp/modem.ctl)",
		"tcp:7000":                         "tcp:7000 is not tcp:HOST:PORT (such as tcp:127.0.0.1:7000)",
		"tcp:198.51.100.99:0":              "(write an address of this machine and a free port, such as tcp:127.0.0.1:0)",
	} {
		if s, err := control.Listen(path); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, %v", path, s, err)
		}
	}
	if text, err := os.ReadFile(file); string(text) != "text" {
		t.Errorf("the file: %q, %v", text, err)
	}
	if to, err := os.Readlink(link); to != "nowhere" {
		t.Errorf("the link: %q, %v", to, err)
	}
}

// A server that ends keeps the socket of another that has taken its place.
func TestSocketOfAnotherStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ctl")
	first := listen(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second := listen(t, path)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
	closed(t, second)
}

func TestAddressIsForAnyFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	s := listen(t, "ctl")
	here, err := os.Getwd()
	if want := filepath.Join(here, "ctl"); err != nil || s.Address() != want {
		t.Errorf("%s, want %s", s.Address(), want)
	}
	closed(t, s)
}

func TestTCPIsLoopbackUnlessAnAddressIsGiven(t *testing.T) {
	m, _ := newModem(t)
	for address, host := range map[string]string{"tcp::0": "127.0.0.1", "tcp:127.0.0.2:0": "127.0.0.2", "tcp:0.0.0.0:0": "0.0.0.0"} {
		s := listen(t, address)
		s.Serve(m)
		at, ok := strings.CutPrefix(s.Address(), "tcp:"+host+":")
		if !ok || at == "0" {
			t.Errorf("%s: %s", address, s.Address())
		}
		client, err := control.NewClient(s.Address())
		if err != nil {
			t.Fatal(err)
		}
		body, err := client.Ask(t.Context(), "GET", "/state", nil, "")
		if err != nil {
			t.Fatal(err)
		}
		body.Close()
		closed(t, s)
		if _, err := client.Ask(t.Context(), "GET", "/state", nil, ""); err == nil || err.Error() != "no modemsim listens at "+s.Address()+" (start one with --ctl "+s.Address()+")" {
			t.Errorf("of a server that has ended: %v", err)
		}
	}
}

// Close answers requests that wait.
func TestCloseEndsWhatWaits(t *testing.T) {
	b := newBench(t)
	b.command(t, "AT")
	rows := b.follow(t, t.Context())
	if _, err := rows.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("unix", b.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	read := bufio.NewReader(conn)
	if _, err := io.WriteString(conn, "POST /wait HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	// The request is being answered.
	if line, err := read.ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := io.WriteString(conn, "ftp:done"); err != nil {
		t.Fatal(err)
	}
	b.close()
	if _, err := read.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(read, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(answer.Body); answer.StatusCode != 409 || string(text) != "modemsim is ending\n" {
		t.Errorf("%s %q, %v", answer.Status, text, err)
	}
	if _, err := io.ReadAll(rows); err != nil {
		t.Errorf("the transcript breaks off: %v", err)
	}
}
