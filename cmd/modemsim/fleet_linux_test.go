package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A host talks to one modem of a fleet, each in a goroutine of its own.
type host struct {
	io.ReadWriteCloser
	in *bufio.Reader
}

func openHost(path string) (*host, error) {
	line, err := openLine(path)
	if err != nil {
		return nil, err
	}
	limit := line.(interface{ SetDeadline(time.Time) error })
	return &host{line, bufio.NewReader(line)}, limit.SetDeadline(time.Now().Add(patience))
}

// must sends a command line and checks the final result.
func (h *host) must(command, result string) error {
	if _, err := io.WriteString(h, command+"\r"); err != nil {
		return err
	}
	var answer strings.Builder
	for {
		text, err := h.in.ReadString('\n')
		answer.WriteString(text)
		switch text = strings.TrimSpace(text); {
		case text == result:
			return nil
		case err != nil || text == "ERROR":
			return fmt.Errorf("%s: %q, %w", command, answer.String(), err)
		}
	}
}

// logIn opens an FTP connection.
func (h *host) logIn() error {
	for _, command := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","secret"`, "AT+AFTPTYPE=0"} {
		if err := h.must(command, "OK"); err != nil {
			return err
		}
	}
	return nil
}

// transfer begins one, up to CONNECT.
func (h *host) transfer(command, name string) error {
	return errors.Join(h.must("AT+AFTPPASV=1", "OK"), h.must(fmt.Sprintf("AT+%s=%q", command, name), "OK"), h.must("AT+AFTPDATA", "CONNECT"))
}

// download reads a file of a known size.
func (h *host) download(name string, size int) ([]byte, error) {
	if err := h.transfer("AFTPRETR", name); err != nil {
		return nil, err
	}
	const end = "\r\nNO CARRIER\r\n"
	data := make([]byte, size+len(end))
	if _, err := io.ReadFull(h.in, data); err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(data, []byte(end)) {
		return nil, fmt.Errorf("the download ends with %q", data[size:])
	}
	return data[:size], nil
}

func (h *host) upload(name string, data []byte) error {
	if err := h.transfer("AFTPSTOR", name); err != nil {
		return err
	}
	if _, err := h.Write(data); err != nil {
		return err
	}
	return h.must("+++", "OK")
}

// content is some bytes that differ by seed, without a + that could end an upload.
func content(seed uint64, size int) []byte {
	random, data := rand.New(rand.NewPCG(seed, 0)), make([]byte, size)
	for i := range data {
		data[i] = byte(random.UintN('+'))
	}
	return data
}

// sessions downloads file n.bin and stores it as up-n.bin at each path, at once.
func sessions(t *testing.T, paths []string, files string, size int) {
	t.Helper()
	var all sync.WaitGroup
	for i, path := range paths {
		all.Go(func() {
			if err := session(path, i+1, files, size); err != nil {
				t.Errorf("modem %d: %v", i+1, err)
			}
		})
	}
	all.Wait()
}

func session(path string, n int, files string, size int) error {
	h, err := openHost(path)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.logIn(); err != nil {
		return err
	}
	want, err := os.ReadFile(filepath.Join(files, fmt.Sprintf("%d.bin", n)))
	if err != nil {
		return err
	}
	got, err := h.download(fmt.Sprintf("%d.bin", n), size)
	if err != nil {
		return err
	}
	if sha256.Sum256(got) != sha256.Sum256(want) {
		return errors.New("another file came")
	}
	return h.upload(fmt.Sprintf("up-%d.bin", n), got)
}

// lines reads so many lines of the standard output.
func (p *process) lines(n int) []string {
	p.t.Helper()
	var lines []string
	for range n {
		lines = append(lines, p.await("\n"))
	}
	return lines
}

// Each of a hundred modems of one process has an FTP session of its own, all at once.
func TestAHundredSessionsAtOnce(t *testing.T) {
	const count, size = 100, 64 << 10
	files := t.TempDir()
	for n := 1; n <= count; n++ {
		if err := os.WriteFile(filepath.Join(files, fmt.Sprintf("%d.bin", n)), content(uint64(n), size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, listen := range []string{"pty", "tcp::0"} {
		t.Run(listen, func(t *testing.T) {
			saved := t.TempDir()
			p := startPiped(t, "modemsim", "-q", "--count", strconv.Itoa(count), "--listen", listen, "--files", files, "--save", saved)
			sessions(t, p.lines(count), files, size)
			p.send(syscall.SIGTERM)
			p.exits(0)
			for n := 1; n <= count; n++ {
				got, err := os.ReadFile(filepath.Join(saved, fmt.Sprintf("up-%d.bin", n)))
				if err != nil || sha256.Sum256(got) != sha256.Sum256(content(uint64(n), size)) {
					t.Errorf("up-%d.bin: %d bytes, %v", n, len(got), err)
				}
			}
		})
	}
}

// inotifies counts the inotify instances of a process.
func inotifies(t *testing.T, pid int) int {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(folder, e.Name())); err == nil && to == "anon_inode:inotify" {
			n++
		}
	}
	return n
}

// Modems that idle start, answer and stop, and nothing of them is left. (Package conformance does
// it with a thousand.)
func TestAHundredIdleModems(t *testing.T) {
	const count = 100
	folder := t.TempDir()
	p := startPiped(t, "modemsim", "-q", "--count", strconv.Itoa(count), "--link", filepath.Join(folder, "ttyGSM%d"), "--ctl", filepath.Join(folder, "ctl"))
	for i, path := range p.lines(count) {
		if want := filepath.Join(folder, fmt.Sprintf("ttyGSM%d", i+1)); path != want {
			t.Errorf("line %d is %q", i+1, path)
		}
		if answer := exchange(t, path, "AT"); !strings.HasSuffix(answer, "OK\n") {
			t.Errorf("modem %d answers %q", i+1, answer)
		}
	}
	if n := inotifies(t, p.Process.Pid); n != 1 {
		t.Errorf("%d inotify instances", n)
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A host that vanishes in data mode is told, and the next one is served.
func TestAHostVanishesInDataMode(t *testing.T) {
	p := startPiped(t, "sh", "-c", `exec modemsim --listen tcp::0 2>said`)
	path := p.await("\n")
	h, err := openHost(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(h.logIn(), h.transfer("AFTPRETR", "firmware.bin")); err != nil {
		t.Fatal(err)
	}
	line := h.ReadWriteCloser.(*net.TCPConn)
	if err := errors.Join(line.SetLinger(0), line.Close()); err != nil { // a reset
		t.Fatal(err)
	}
	if answer := ask(t, connect(t, path), "AT+CSQ"); !strings.Contains(answer, "+CSQ: 25,99") {
		t.Errorf("the next host reads %q", answer)
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
	said, err := os.ReadFile(filepath.Join(p.Dir, "said"))
	if err != nil || strings.Count(string(said), "modemsim: "+line.LocalAddr().String()+": connection reset by peer\n") != 1 {
		t.Errorf("said %q, %v", said, err)
	}
}
