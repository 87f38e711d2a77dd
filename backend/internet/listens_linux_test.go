package internet

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/modemsim/modemsim/backend"
)

// sockets returns how many sockets this process has.
func sockets(t *testing.T) int {
	t.Helper()
	descriptors, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	n := 0
	for _, d := range descriptors {
		// The one that lists the folder is gone by now.
		target, _ := os.Readlink("/proc/self/fd/" + d.Name())
		if strings.HasPrefix(target, "socket:[") {
			n++
		}
	}
	return n
}

// Nothing of the network is a socket of the system, whatever is open on it.
func TestNoSockets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := sockets(t)
		e, _ := withFiles(t, backend.EmbeddedOptions{})
		for _, port := range []string{"7", "9", "21", "80", "8080"} {
			dial(t, e, "tcp", "203.0.113.5:"+port)
		}
		dial(t, e, "udp", "203.0.113.5:7")
		askHTTP(t, e, "GET /hello.txt HTTP/1.0\r\n\r\n")
		wantFound(t, "www.example.com", "198.51.100.112", e.LookupHost)
		if n := sockets(t) - before; n != 0 {
			t.Errorf("%d sockets of the system", n)
		}
	})
}
