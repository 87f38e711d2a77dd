package soak

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/modemsim/modemsim/run"
)

// envHost makes a process of this program a host, which visits the modem of its environment. Its
// value is how long the host waits for an answer.
const envHost = "SOAK_HOST"

// A told is what such a process prints of its visit.
type told struct {
	Answered []string
	Stored   bool
}

func TestMain(m *testing.M) {
	patience := os.Getenv(envHost)
	if patience == "" {
		os.Exit(m.Run())
	}
	var v visit
	var err error
	if answerLimit, err = time.ParseDuration(patience); err != nil {
		fmt.Fprintln(os.Stderr, "host:", err)
		os.Exit(2)
	}
	v.run(os.Getenv(run.EnvTTY), func() error { return nil })
	if err := json.NewEncoder(os.Stdout).Encode(told{v.answered, v.stored}); err != nil || v.err != nil {
		fmt.Fprintln(os.Stderr, "host:", v.err, err)
		os.Exit(1)
	}
}
