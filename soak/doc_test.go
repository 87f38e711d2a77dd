// Package soak runs the modem for long, and with each of its own operations failing in turn. The
// tests are short in go test ./... and long in make soak; those with failing operations have the
// build tag iofail, since they build the standard library anew. What they found is in
// docs/reliability.md.
package soak
