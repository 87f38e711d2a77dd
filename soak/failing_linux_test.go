//go:build iofail

package soak

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// An operation is a system call that fails in turn, and the error that it gets.
type operation struct {
	trap uintptr
	name string
	err  syscall.Errno
}

// The operations of a session: all system calls by which it touches what is not its own memory.
// Their errors are rare ones that the kernel does return, so that they can be told from others.
// getsockname is left out: package net takes its failure for a connection to itself and dials anew.
var operations = []operation{
	{unix.SYS_READ, "read", unix.EIO}, {unix.SYS_PREAD64, "pread64", unix.EIO}, {unix.SYS_SENDFILE, "sendfile", unix.EIO},
	{unix.SYS_WRITE, "write", unix.EIO}, {unix.SYS_PWRITE64, "pwrite64", unix.EIO}, {unix.SYS_CLOSE, "close", unix.EIO},
	{unix.SYS_IOCTL, "ioctl", unix.EIO}, {unix.SYS_FCNTL, "fcntl", unix.EMFILE}, {unix.SYS_LSEEK, "lseek", unix.EIO},
	{unix.SYS_OPENAT, "openat", unix.EMFILE}, {unix.SYS_MKDIRAT, "mkdirat", unix.EIO}, {unix.SYS_RENAMEAT, "renameat", unix.EIO},
	{unix.SYS_UNLINKAT, "unlinkat", unix.EIO}, {unix.SYS_SYMLINKAT, "symlinkat", unix.EIO}, {unix.SYS_READLINKAT, "readlinkat", unix.EIO},
	{unix.SYS_FSTAT, "fstat", unix.EIO}, {unix.SYS_FCHMOD, "fchmod", unix.EIO}, {unix.SYS_FCHMODAT, "fchmodat", unix.EIO},
	{unix.SYS_FTRUNCATE, "ftruncate", unix.EIO}, {unix.SYS_GETDENTS64, "getdents64", unix.EIO}, {unix.SYS_FLOCK, "flock", unix.ENOLCK},
	{unix.SYS_FSYNC, "fsync", unix.EIO}, {unix.SYS_INOTIFY_INIT1, "inotify_init1", unix.EMFILE}, {unix.SYS_INOTIFY_ADD_WATCH, "inotify_add_watch", unix.ENOSPC},
	{unix.SYS_PIPE2, "pipe2", unix.EMFILE}, {unix.SYS_SOCKET, "socket", unix.EMFILE}, {unix.SYS_BIND, "bind", unix.ENOBUFS},
	{unix.SYS_LISTEN, "listen", unix.ENOBUFS}, {unix.SYS_ACCEPT4, "accept4", unix.EMFILE}, {unix.SYS_CONNECT, "connect", unix.ECONNREFUSED},
	{unix.SYS_SETSOCKOPT, "setsockopt", unix.ENOBUFS}, {unix.SYS_GETSOCKOPT, "getsockopt", unix.ENOBUFS},
	{unix.SYS_SHUTDOWN, "shutdown", unix.ENOTCONN}, {sysStat, "newfstatat", unix.EIO},
}

// A failure is the operation that failed in a run.
type failure struct {
	operation
	about string // a path, or the file behind a descriptor
}

func (f failure) String() string { return strings.TrimSpace(f.name + " " + f.about) }

// readFailure reads what a program with failing operations has recorded; ok is false if it came to
// its end before.
func readFailure(file string) (f failure, ok bool) {
	record, err := os.ReadFile(file)
	if err != nil || len(record) < 8 {
		return f, false
	}
	trap := uintptr(binary.NativeEndian.Uint64(record))
	name, _, _ := bytes.Cut(record[8:], []byte{0})
	for _, o := range operations {
		if o.trap == trap {
			return failure{o, string(name)}, true
		}
	}
	return f, false
}

// failingBuild builds a program over a standard library in which operations fail. The modem has no
// seam for that; a release has nothing of it.
func failingBuild(t *testing.T, program, source string) string {
	t.Helper()
	overlay, err := overlayFile()
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-overlay", overlay, "-o", program, source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build -overlay %s: %v\n%s", source, err, out)
	}
	return program
}

// overlayFile writes the overlay once for all tests. Its folder is the same in every run of the
// same Go, so that the build cache has the standard library for the next.
var overlayFile = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "modemsim-soak", runtime.Version())
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	std := filepath.Join(strings.TrimSpace(string(root)), "src", "syscall")
	calls, err := failingCalls(filepath.Join(std, "syscall_linux.go"))
	if err != nil {
		return "", err
	}
	code, err := os.ReadFile(filepath.Join("testdata", "failing", "failing.go"))
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for name, content := range map[string][]byte{
		"syscall_linux.go": calls, "failing.go": code, "failing_table.go": failingTable(),
	} {
		replace[filepath.Join(std, name)] = filepath.Join(folder, name)
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
})

// failingCalls returns the file with RawSyscall6, through which all system calls go, asking failing
// first. What closes a descriptor closes it before it fails, as the kernel does.
func failingCalls(file string) ([]byte, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, source, 0)
	if err != nil {
		return nil, err
	}
	for _, d := range parsed.Decls {
		if f, is := d.(*ast.FuncDecl); is && f.Name.Name == "RawSyscall6" {
			at := files.Position(f.Body.Lbrace).Offset + 1
			const ask = `
	if fails := failing(trap, a1, a2); fails != 0 {
		if trap == SYS_CLOSE {
			linux.Syscall6(trap, a1, 0, 0, 0, 0, 0)
		}
		return ^uintptr(0), 0, fails
	}
`
			return fmt.Appendf(nil, "%s%s%s", source[:at], ask, source[at:]), nil
		}
	}
	return nil, fmt.Errorf("%s has no RawSyscall6: this Go makes its system calls otherwise", file)
}

func failingTable() []byte {
	b := []byte("package syscall\n\nvar failTable = []struct {\n\ttrap uintptr\n\terr  Errno\n}{\n")
	for _, o := range operations {
		b = fmt.Appendf(b, "\t{%d, %d}, // %s\n", o.trap, int(o.err), o.name)
	}
	return append(b, "}\n"...)
}
