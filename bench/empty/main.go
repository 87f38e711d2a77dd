// Command empty is the least that a Go program can do before its first line.
package main

import "os"

func main() { os.Stdout.WriteString("\n") }
