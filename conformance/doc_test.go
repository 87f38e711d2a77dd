// Package conformance runs the modem as its users do: on a real pty, with real terminals and libraries, and against real FTP servers. run.sh gets what
// it needs and runs it; it needs Linux and root. Without the build tag conformance there are only the tests of the pages that are made from it.
//
// Each FTP server has one file. It declares a server and a test that calls its test method; a line "// Package: NAME" names the Debian package, in the
// files of other programs as well. What a server makes the modem say is in testdata/NAME.txt, rewritten with -update.
package conformance

import "flag"

var update = flag.Bool("update", false, "write what the modem says into testdata, and the pages made from it")
