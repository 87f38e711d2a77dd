//go:build conformance

package conformance

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience is how long one answer or transfer may take, even on a loaded machine.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(exitCode int) {
		if err := os.RemoveAll(buildFolder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			exitCode = 1
		}
		os.Exit(exitCode)
	}))
}
