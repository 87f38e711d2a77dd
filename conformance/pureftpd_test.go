//go:build conformance

// Package: pure-ftpd

package conformance

import (
	"fmt"
	"os/exec"
	"regexp"
	"testing"
	"time"
)

func TestPureFTPd(t *testing.T) {
	server{
		name:    "pure-ftpd",
		command: pureftpd,
		masks: []mask{
			// Pure-FTPd sends this now and then, for fun.
			{regexp.MustCompile(`The computer is your friend\. Trust the computer`), "Accepted data connection"},
			{regexp.MustCompile(`\d+\.\d kbytes to download`), "SIZE kbytes to download"},
			{regexp.MustCompile(`[\d.]+ seconds \(measured here\), .*`), "TIME seconds (measured here), RATE"},
		},
		shortest: time.Minute,
	}.test(t)
}

func pureftpd(t *testing.T, s *site) *exec.Cmd {
	t.Helper()
	arguments := []string{
		"--ipv4only", "--bind", fmt.Sprintf("127.0.0.1,%d", s.port), "--passiveportrange", fmt.Sprintf("%d:%d", s.firstData, s.lastData),
		"--login", "unix", "--chrooteveryone", "--noanonymous", "--dontresolve", "--minuid", "1", "--pidfile", s.file("pure-ftpd-pid"),
	}
	// It has one time limit, for a client that does nothing at all.
	if limit := s.limit(max(s.limits.idle, s.limits.stall, s.limits.unused)); limit > 0 {
		arguments = append(arguments, "--maxidletime", fmt.Sprint(int(limit/time.Minute)))
	}
	if n := s.limits.connections; n > 0 {
		arguments = append(arguments, "--maxclientsnumber", fmt.Sprint(n))
	}
	if n := s.limits.logins; n > 0 {
		arguments = append(arguments, "--peruserlimits", fmt.Sprintf("%d:%d", n, n))
	}
	if s.limits.address != "" {
		arguments = append(arguments, "--forcepassiveip", s.limits.address)
	}
	return exec.Command("pure-ftpd", arguments...)
}
