package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// A target is a system for which a release has a program.
type target struct {
	os, arch string
	arm      string // GOARM
}

// On darwin and windows there is no pty, but the other wires.
var targets = []target{
	{os: "linux", arch: "amd64"},
	{os: "linux", arch: "arm64"},
	{os: "linux", arch: "arm", arm: "6"},
	{os: "linux", arch: "riscv64"},
	{os: "darwin", arch: "amd64"},
	{os: "darwin", arch: "arm64"},
	{os: "windows", arch: "amd64"},
}

func (t target) String() string {
	if t.arm != "" {
		return t.os + "-" + t.arch + "v" + t.arm
	}
	return t.os + "-" + t.arch
}

// A program is modemsim built for a target.
type program struct {
	target
	data    []byte
	version string    // as the program prints it
	made    time.Time // the commit's time
	modules []*debug.Module
}

const source = "github.com/modemsim/modemsim/cmd/modemsim"

// stampless is the time of files in a build without a commit: the earliest that a zip can hold.
var stampless = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

func (t target) build(work string) (program, error) {
	file := filepath.Join(work, "modemsim-"+t.String())
	env := []string{"GOOS=" + t.os, "GOARCH=" + t.arch, "GOARM=" + t.arm}
	if _, err := goTool(env, "build", "-trimpath", "-ldflags=-s -w", "-o", file, source); err != nil {
		return program{}, err
	}
	p := program{target: t}
	var err error
	if p.data, err = os.ReadFile(file); err != nil {
		return program{}, err
	}
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return program{}, err
	}
	return p, p.read(info)
}

// read sets the fields that the build recorded in the program.
func (p *program) read(info *debug.BuildInfo) error {
	p.version, p.made, p.modules = strings.Trim(info.Main.Version, "()"), stampless, info.Deps
	for _, s := range info.Settings {
		if s.Key != "vcs.time" {
			continue
		}
		made, err := time.Parse(time.RFC3339, s.Value)
		if err != nil {
			return fmt.Errorf("the time of the commit: %w", err)
		}
		p.made = made.UTC()
	}
	return nil
}

// goTool runs the go command and returns its output. It overrides all settings of the environment
// that would change a program.
func goTool(env []string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=auto", "GOWORK=off", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GORISCV64=rva20u64")
	cmd.Env = append(cmd.Env, env...)
	return output(cmd)
}

// output runs a command and returns what it prints. The error includes its standard error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, said.String())
	}
	return out, nil
}
