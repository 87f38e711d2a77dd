//go:build conformance

package conformance

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os/exec"
	"os/user"
	"strings"
	"testing"
)

// newUser makes an account of this machine that can log in and owns nothing. It is removed at the end of the test; run.sh does it when that does not
// come to an end, and knows the account by its home.
func newUser(t *testing.T, home string) (name, password string) {
	t.Helper()
	name = "modem" + randomHex(4)
	for _, err := user.Lookup(name); err == nil; _, err = user.Lookup(name) {
		name = "modem" + randomHex(4)
	}
	password = randomHex(12)
	run(t, "", "useradd", "--no-create-home", "--home-dir", home, "--shell", "/bin/sh", "--no-user-group", "--gid", "nogroup", name)
	// --force: a killed session that init has not buried yet would count as a user of the account.
	t.Cleanup(func() { run(t, "", "userdel", "--force", name) })
	run(t, name+":"+password, "chpasswd")
	return name, password
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// run runs a program of the system that must succeed.
func run(t *testing.T, input, program string, arguments ...string) {
	t.Helper()
	c := exec.Command(program, arguments...)
	c.Stdin = strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %s", fmt.Errorf("%s: %w (run it as root, by run.sh)", program, err), out)
	}
}
