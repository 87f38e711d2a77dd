//go:build !linux

package main

func endWithParent() error { return wrong("leave it out", "--with-parent needs Linux") }
