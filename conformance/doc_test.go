// Package conformance runs the modem as its users do: on a real pty, with real terminals and
// libraries, and against real FTP servers. It needs Linux and root; run.sh installs what it needs
// and runs it. Without the build tag conformance it consists of the tests of the pages that are
// made from its results.
//
// Each FTP server has one file, which declares a server and a test that calls its test method. A
// line "// Package: NAME" names the Debian package of a server or another program. What the modem
// says with a server is in testdata/NAME.txt, rewritten with -update.
package conformance

import "flag"

var update = flag.Bool("update", false, "write what the modem says into testdata, and the pages made from it")
