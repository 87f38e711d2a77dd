//go:build !linux

package main

import "testing"

// Where nothing can be run, nothing is started either: not even what is wrong beside is looked for.
func TestExecNeedsLinux(t *testing.T) {
	x := execFlags{modemFlags: modemFlags{count: -1}}
	if err := x.run([]string{"no such program"}); err == nil || err.Error() != "exec needs Linux" {
		t.Errorf("%v", err)
	}
}
