//go:build !linux

package main

import (
	"os"
	"os/exec"
)

func canExec() error {
	return wrong("start modemsim --listen tcp: and the program one after the other", "exec needs Linux")
}

func runProgram(*exec.Cmd, limits, <-chan os.Signal) (ending, error) { return ending{}, canExec() }
