//go:build conformance

package conformance

import (
	"flag"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience is how long one answer or transfer may take; on a loaded machine too.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}
