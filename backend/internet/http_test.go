package internet

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend"
)

// askHTTP sends a request as it is written, and returns the answer.
func askHTTP(t *testing.T, n Network, request string) (*http.Response, string) {
	t.Helper()
	c := dial(t, n, "tcp", "203.0.113.5:80")
	_, err := io.WriteString(c, request)
	must(t, err)
	method, _, _ := strings.Cut(request, " ")
	r, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	must(t, err)
	body, err := io.ReadAll(r.Body)
	must(t, err)
	return r, string(body)
}

// servedFolder is a folder for HTTP with a page, and one without.
func servedFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(folder, "pages"), 0o755))
	must(t, os.MkdirAll(filepath.Join(folder, "deep", "deeper"), 0o755))
	for name, content := range map[string]string{
		"pages/index.html": "<html>the page</html>", "numbers": "0123456789", "deep/b.bin": "\x00\x01", "deep/a file": "spaced",
	} {
		name = filepath.Join(folder, name)
		must(t, os.WriteFile(name, []byte(content), 0o644))
		must(t, os.Chtimes(name, time.Time{}, time.Unix(946684799, 0)))
	}
	return folder
}

// What goes over the line is this, byte for byte.
func TestHTTPBytes(t *testing.T) {
	folder := servedFolder(t)
	synctest.Test(t, func(t *testing.T) {
		e, _ := withFiles(t, backend.EmbeddedOptions{Files: folder})
		c := dial(t, e, "tcp", "203.0.113.5:8080")
		_, err := io.WriteString(c, "GET /numbers HTTP/1.0\r\n\r\n")
		must(t, err)
		got, err := io.ReadAll(c)
		must(t, err)
		want := "HTTP/1.0 200 OK\r\nAccept-Ranges: bytes\r\nContent-Length: 10\r\nContent-Type: text/plain; charset=utf-8\r\n" +
			"Last-Modified: Fri, 31 Dec 1999 23:59:59 GMT\r\nServer: modemsim\r\n\r\n0123456789"
		if string(got) != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestHTTPFiles(t *testing.T) {
	folder := servedFolder(t)
	synctest.Test(t, func(t *testing.T) {
		e, _ := withFiles(t, backend.EmbeddedOptions{Files: folder})
		for _, c := range []struct {
			request string // its first line and headers
			status  int
			body    string
		}{
			{"GET /numbers", 200, "0123456789"},
			{"GET /pages", 200, "<html>the page</html>"},
			{"GET /pages/", 200, "<html>the page</html>"},
			{"GET /", 200, "deep/\nnumbers\npages/\n"},
			{"GET /deep/", 200, "a file\nb.bin\ndeeper/\n"},
			{"GET /deep/a%20file?query=1", 200, "spaced"},
			{"GET http://www.example.com/numbers", 200, "0123456789"},
			{"GET /../../numbers", 200, "0123456789"},
			{"GET /missing", 404, "Not Found\n"},
			{"GET /numbers/below", 409, "Conflict\n"},
			{"DELETE /numbers", 405, "Method Not Allowed\n"},
		} {
			line, header, _ := strings.Cut(c.request, "|")
			r, body := askHTTP(t, e, line+" HTTP/1.1\r\nHost: x\r\n"+header+"\r\n")
			if r.StatusCode != c.status || body != c.body {
				t.Errorf("%s: %s %q, want %d %q", c.request, r.Status, body, c.status, c.body)
			}
		}
		r, body := askHTTP(t, e, "HEAD /numbers HTTP/1.1\r\nHost: x\r\n\r\n")
		if r.StatusCode != 200 || r.ContentLength != 10 || body != "" {
			t.Errorf("HEAD: %s, %d bytes, %q", r.Status, r.ContentLength, body)
		}
		r, _ = askHTTP(t, e, "nonsense\r\n\r\n")
		if r.StatusCode != 400 {
			t.Errorf("nonsense: %s", r.Status)
		}
	})
}

// Every range is that part of the file, to its last byte and not further.
func TestHTTPRanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, files := withFiles(t, backend.EmbeddedOptions{})
		content, err := files.FS().Open("firmware.bin")
		must(t, err)
		defer content.Close()
		whole, err := io.ReadAll(content)
		must(t, err)
		last := len(whole) - 1
		for _, c := range [][2]int{{0, 0}, {0, last}, {1, 16}, {last, last}, {1000, 33_767}, {last - 10, last + 10}} {
			r, body := askHTTP(t, e, fmt.Sprintf("GET /firmware.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=%d-%d\r\n\r\n", c[0], c[1]))
			end := min(c[1], last)
			if want := fmt.Sprintf("bytes %d-%d/%d", c[0], end, len(whole)); r.StatusCode != 206 || r.Header.Get("Content-Range") != want {
				t.Errorf("%v: %s, %s, want %s", c, r.Status, r.Header.Get("Content-Range"), want)
			}
			if body != string(whole[c[0]:end+1]) {
				t.Errorf("%v: another %d bytes", c, len(body))
			}
		}
		if r, _ := askHTTP(t, e, fmt.Sprintf("GET /firmware.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=%d-\r\n\r\n", last+1)); r.StatusCode != 416 {
			t.Errorf("a range past the end: %s", r.Status)
		}
	})
}

func TestHTTPUploads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, files := withFiles(t, backend.EmbeddedOptions{})
		for _, c := range []struct {
			method, path, body string
			status             int
		}{
			{"PUT", "/upload/a", "first", 201},
			{"PUT", "/upload/a", "2nd", 200},
			{"POST", "/api/v1/data.php?id=7", "t=21.5", 201},
			{"POST", "/", "x", 409},
			{"POST", "/upload/", "x", 409},
			{"PUT", "/hello.txt/below", "x", 409},
		} {
			r, _ := askHTTP(t, e, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", c.method, c.path, len(c.body), c.body))
			if r.StatusCode != c.status {
				t.Errorf("%s %s: %s, want %d", c.method, c.path, r.Status, c.status)
			}
			if c.status == 409 {
				continue
			}
			name, _, _ := strings.Cut(c.path, "?")
			if got, ok := files.Stored(name); string(got) != c.body || !ok {
				t.Errorf("%s %s stored %q, %v", c.method, c.path, got, ok)
			}
			if _, body := askHTTP(t, e, "GET "+name+" HTTP/1.0\r\n\r\n"); body != c.body {
				t.Errorf("%s shows %q", name, body)
			}
		}
	})
}

// What breaks off half way is there, and does not count as an upload.
func TestHTTPBrokenUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, files := withFiles(t, backend.EmbeddedOptions{})
		c := dial(t, e, "tcp", "203.0.113.5:80")
		_, err := io.WriteString(c, "PUT /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		must(t, err)
		must(t, c.Close())
		synctest.Wait()
		if got, ok := files.Stored("cut"); ok {
			t.Errorf("half of an upload is stored: %q", got)
		}
		if size, ok := files.Size("cut"); size != 4 || !ok {
			t.Errorf("%d bytes, %v", size, ok)
		}
	})
}

// A host may be slow, and one that never reads does not keep the network from ending.
func TestHTTPSlowHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, _ := withFiles(t, backend.EmbeddedOptions{})
		c := dial(t, e, "tcp", "203.0.113.5:80")
		for _, b := range []byte("GET /User_16.crc HTTP/1.0\r\n\r\n") {
			time.Sleep(10 * time.Second)
			_, err := c.Write([]byte{b})
			must(t, err)
		}
		got, err := io.ReadAll(c)
		if must(t, err); !strings.HasSuffix(string(got), "offset 00000450\n") {
			t.Errorf("%d bytes", len(got))
		}
		deaf := dial(t, e, "tcp", "203.0.113.5:80")
		for range 10 { // more than is buffered
			must(t, deaf.SetWriteDeadline(time.Now().Add(time.Second)))
			if _, err := io.WriteString(deaf, "GET /firmware.bin HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				break
			}
		}
		must(t, e.Close())
	})
}

// An idle connection is closed after a quarter of an hour, as one of FTP is.
func TestHTTPIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, _ := withFiles(t, backend.EmbeddedOptions{})
		c := dial(t, e, "tcp", "203.0.113.5:80")
		_, err := io.WriteString(c, "HEAD /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n")
		must(t, err)
		began := time.Now()
		_, err = io.Copy(io.Discard, c)
		must(t, err)
		if d := time.Since(began); d != idle {
			t.Errorf("closed after %v", d)
		}
	})
}
