//go:build !linux

package run

import (
	"context"
	"errors"
	"os/exec"
)

// CanExec reports why this system cannot run programs with modems.
func CanExec() error { return errors.New("exec needs Linux") }

// AdoptOrphans does nothing where [Exec] does not work.
func AdoptOrphans() error { return CanExec() }

func runCommand(context.Context, *exec.Cmd, Program, <-chan struct{}) (Ending, error) {
	return Ending{}, CanExec()
}
