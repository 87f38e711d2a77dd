//go:build !linux

package main

import (
	"os"
	"os/exec"
	"time"
)

func runProgram(*exec.Cmd, time.Duration, <-chan os.Signal) error {
	return wrong("", "exec needs Linux")
}
