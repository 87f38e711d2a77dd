package run

import (
	"fmt"
	"os"
	"testing"
)

// TestMain adopts what programs leave, as the command does: process 1 may take seconds to collect
// it.
func TestMain(m *testing.M) {
	if err := AdoptOrphans(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
