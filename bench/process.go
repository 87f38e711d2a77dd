//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// A process is a running program that has printed its first line.
type process struct {
	cmd   *exec.Cmd
	first string
}

// start runs a program and waits for its first line. The program is ended with ctx at the latest.
func start(ctx context.Context, program string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	p := &process{cmd: cmd, first: strings.TrimSuffix(first, "\n")}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s ended without printing a line", program)
	}
	return p, nil
}

// cpu stops the process and returns the processor time that it took, in seconds.
func (p *process) cpu() float64 {
	p.stop()
	return (p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()).Seconds()
}

// stop ends the process, whatever its exit code. A second stop does nothing.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}
