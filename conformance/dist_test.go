//go:build conformance

// Package: qemu-user-static

package conformance

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// A system is one for which a release has an archive.
type system struct {
	goos, goarch string
	emulator     string // runs its programs on another machine; "" if nothing does
}

var systems = map[string]system{
	"linux-amd64":   {"linux", "amd64", "qemu-x86_64-static"},
	"linux-arm64":   {"linux", "arm64", "qemu-aarch64-static"},
	"linux-armv6":   {"linux", "arm", "qemu-arm-static"},
	"linux-riscv64": {"linux", "riscv64", "qemu-riscv64-static"},
	"darwin-amd64":  {"darwin", "amd64", ""},
	"darwin-arm64":  {"darwin", "arm64", ""},
	"windows-amd64": {"windows", "amd64", ""},
}

// The files of every archive beside the program and its manual.
var (
	texts       = []string{"CHANGELOG.md", "LICENSE", "README.md", "THIRD-PARTY-LICENSES", "docs/wires.md"}
	completions = map[string]string{
		"completions/modemsim": "bash", "completions/_modemsim": "zsh", "completions/modemsim.fish": "fish", "completions/modemsim.ps1": "powershell",
	}
)

func TestDist(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	make := exec.Command("go", "run", "./release", folder)
	make.Dir = ".."
	// git, which is asked for the version, is to trust the checkout whoever owns it.
	make.Env = append(os.Environ(), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	names := checkSums(t, folder)
	if len(names) != len(systems) {
		t.Errorf("%d archives, want one for each of %d systems: %q", len(names), len(systems), names)
	}
	for name, s := range systems {
		t.Run(name, func(t *testing.T) {
			n := slices.IndexFunc(names, func(archive string) bool { return strings.Contains(archive, "-"+name+".") })
			if n < 0 {
				t.Fatalf("no archive among %q", names)
			}
			s.test(t, unpack(t, filepath.Join(folder, names[n])))
		})
	}
}

// checkSums compares SHA256SUMS with the files in folder and returns their names.
func checkSums(t *testing.T, folder string) []string {
	t.Helper()
	const list = "SHA256SUMS"
	data, err := os.ReadFile(filepath.Join(folder, list))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		file, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(file)); got != sum {
			t.Errorf("%s: SHA-256 %s, but %s says %s", name, got, list, sum)
		}
		names = append(names, name)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() != list && !slices.Contains(names, f.Name()) {
			t.Errorf("%s is not in %s", f.Name(), list)
		}
	}
	return names
}

// A packed file is a file of an archive. Its name is relative to the archive's one folder, which is
// named like the archive.
type packed struct {
	mode fs.FileMode
	data []byte
}

func unpack(t *testing.T, archive string) map[string]packed {
	t.Helper()
	folder := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(archive), ".zip"), ".tar.gz") + "/"
	files := map[string]packed{}
	take := func(name string, mode fs.FileMode, content io.Reader) {
		data, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(name, folder) {
			t.Errorf("%s is not in the folder %s", name, folder)
		}
		files[strings.TrimPrefix(name, folder)] = packed{mode, data}
	}
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(archive, ".zip") {
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.File {
			content, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			take(f.Name, f.Mode(), content)
		}
		return files
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		take(h.Name, h.FileInfo().Mode(), r)
	}
}

// test checks the content of an archive, and runs its program where that is possible.
func (s system) test(t *testing.T, files map[string]packed) {
	name := "modemsim"
	if s.goos == "windows" {
		name += ".exe"
	}
	program := files[name]
	if program.mode.Perm() != 0o755 {
		t.Errorf("%s has the permissions %v, want 0755", name, program.mode)
	}
	for _, text := range slices.Concat(texts, slices.Collect(maps.Keys(completions)), []string{"man/man1/modemsim.1"}) {
		if f := files[text]; len(f.data) == 0 || f.mode.Perm() != 0o644 {
			t.Errorf("%s: %d bytes with the permissions %v, want some with 0644", text, len(f.data), f.mode)
		}
	}
	s.checkProgram(t, program.data)
	if s.emulator == "" {
		t.Log("not run: there is no such system here")
		return
	}
	file := filepath.Join(t.TempDir(), "modemsim")
	if err := os.WriteFile(file, program.data, 0o755); err != nil {
		t.Fatal(err)
	}
	run := []string{file}
	if s.goarch != runtime.GOARCH {
		run = []string{s.emulator, file}
	}
	s.checkPages(t, run, files)
	s.checkVersion(t, run)
	checkDialog(t, run)
}

// checkProgram checks that the program is for the system, needs no library there, and contains no
// path of the machine that built it.
func (s system) checkProgram(t *testing.T, data []byte) {
	t.Helper()
	r := bytes.NewReader(data)
	var err error
	switch s.goos {
	case "linux":
		var f *elf.File
		if f, err = elf.NewFile(r); err != nil {
			break
		}
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
				t.Errorf("the program is not static: it has %v", p.Type)
			}
		}
	case "darwin":
		_, err = macho.NewFile(r)
	case "windows":
		_, err = pe.NewFile(r)
	}
	if err != nil {
		t.Error(err)
	}
	info, err := buildinfo.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range info.Settings {
		if setting.Key == "GOOS" && setting.Value != s.goos || setting.Key == "GOARCH" && setting.Value != s.goarch {
			t.Errorf("built with %s=%s, want %s/%s", setting.Key, setting.Value, s.goos, s.goarch)
		}
	}
	for _, m := range info.Deps {
		if strings.Contains(m.Path, "md2man") {
			t.Errorf("%s, which writes the manual, is in the program", m.Path)
		}
	}
	for _, path := range machinePaths(t) {
		if bytes.Contains(data, []byte(path)) {
			t.Errorf("%s is in the program", path)
		}
	}
}

// machinePaths returns folders that only this machine has.
func machinePaths(t *testing.T) []string {
	t.Helper()
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return append(strings.Fields(string(out)), repository)
}

// checkPages checks that each command has a page, and that the completions are those that the
// program prints.
func (s system) checkPages(t *testing.T, run []string, files map[string]packed) {
	t.Helper()
	for line := range strings.Lines(output(t, run, "__completeNoDesc", "")) {
		name := strings.TrimSpace(line)
		if name == "help" || strings.HasPrefix(name, ":") {
			continue
		}
		page := "man/man1/modemsim-" + name + ".1"
		if title := `.TH "MODEMSIM-` + strings.ToUpper(name) + `" "1"`; !bytes.Contains(files[page].data, []byte(title)) {
			t.Errorf("%s does not have the title %s", page, title)
		}
	}
	for name, shell := range completions {
		if string(files[name].data) != output(t, run, "completion", shell) {
			t.Errorf("%s is not what the program prints for %s", name, shell)
		}
	}
}

func (s system) checkVersion(t *testing.T, run []string) {
	t.Helper()
	got := output(t, run, "version")
	if !strings.HasPrefix(got, "modemsim ") || !strings.HasSuffix(got, ", "+s.goos+"/"+s.goarch+")\n") {
		t.Errorf("version %q, want that of modemsim for %s/%s", got, s.goos, s.goarch)
	}
}

// output returns what a program prints on standard output.
func output(t *testing.T, run []string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, run[0], append(run[1:], arguments...)...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%q: %v: %s", c.Args, err, said.String())
	}
	return string(out)
}

// checkDialog connects to the modem, activates a context and logs in to the FTP server.
func checkDialog(t *testing.T, run []string) {
	t.Helper()
	c := exec.Command(run[0], append(run[1:], "--quiet", "--listen", "tcp:127.0.0.1:0")...)
	path, end := begin(t, c)
	talk(t, strings.TrimPrefix(path, "tcp:"))
	end()
}

func talk(t *testing.T, address string) {
	t.Helper()
	host, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		t.Error(err)
		return
	}
	defer host.Close()
	if err := host.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Error(err)
	}
	lines := bufio.NewScanner(host)
	for _, line := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","secret"`} {
		if _, err := fmt.Fprint(host, line+"\r"); err != nil {
			t.Error(err)
			return
		}
		for lines.Scan() && lines.Text() != "OK" {
			if lines.Text() == "ERROR" {
				t.Errorf("%s was answered ERROR", line)
				return
			}
		}
	}
	if lines.Text() != "OK" {
		t.Errorf("the dialog ended with %q, %v, want OK", lines.Text(), lines.Err())
	}
}
