package soak

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/modemsim/modemsim/run"
)

// envHost makes a process of this program a host, which visits the modem of its environment.
const envHost = "SOAK_HOST"

// A told is what such a process prints of its visit.
type told struct {
	Answered []string
	Stored   bool
}

func TestMain(m *testing.M) {
	if os.Getenv(envHost) == "" {
		os.Exit(m.Run())
	}
	var v visit
	v.run(os.Getenv(run.EnvTTY), func() error { return nil })
	if err := json.NewEncoder(os.Stdout).Encode(told{v.answered, v.stored}); err != nil || v.err != nil {
		fmt.Fprintln(os.Stderr, "host:", v.err, err)
		os.Exit(1)
	}
}
