//go:build conformance

// Package conformance runs the modem as its users do: on a real pty, and against real FTP servers. run.sh installs what it needs and runs it; it
// needs Linux and root.
//
// Each FTP server has one file. It declares a server and a test that calls its test method; a line "// Package: NAME" names the Debian package.
// What the server makes the modem say is in testdata/NAME.txt, rewritten with -update.
package conformance

import (
	"flag"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write what the modem says into testdata")

// patience is how long one answer or transfer may take; on a loaded machine too.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}
