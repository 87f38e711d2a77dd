//go:build !linux

package main

import "os"

func catchContinue(chan<- os.Signal) {}
