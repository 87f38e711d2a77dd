//go:build conformance

package conformance

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// An account is a user account of this machine that can log in to the servers. It is removed at the
// end of the test. If the test is killed, run.sh removes it, which recognizes the account by its
// home.
type account struct {
	folder         string // for configurations
	home           string
	user, password string
	uid            int
}

// accounts is held while an account changes: the system locks its files, and a second change would
// fail.
var accounts sync.Mutex

// newAccount makes an account that owns only its home.
func newAccount(t *testing.T) *account {
	t.Helper()
	folder := publicFolder(t)
	a := &account{folder: folder, home: filepath.Join(folder, "home"), password: randomHex(12)}
	if err := os.Mkdir(a.home, 0o755); err != nil {
		t.Fatal(err)
	}
	accounts.Lock()
	defer accounts.Unlock()
	a.user = "modem" + randomHex(4)
	for _, err := user.Lookup(a.user); err == nil; _, err = user.Lookup(a.user) {
		a.user = "modem" + randomHex(4)
	}
	run(t, "", "useradd", "--no-create-home", "--home-dir", a.home, "--shell", "/bin/sh", "--no-user-group", "--gid", "nogroup", a.user)
	t.Cleanup(func() {
		accounts.Lock()
		defer accounts.Unlock()
		// --force is needed as long as init has not reaped a killed session, which counts as a user
		// of the account.
		run(t, "", "userdel", "--force", a.user)
	})
	run(t, a.user+":"+a.password, "chpasswd")
	made, err := user.Lookup(a.user)
	if err != nil {
		t.Fatal(err)
	}
	if a.uid, err = strconv.Atoi(made.Uid); err != nil {
		t.Fatal(err)
	}
	a.own(t, a.home)
	return a
}

// path returns the path of a file of the account.
func (a *account) path(name string) string { return filepath.Join(a.home, name) }

// own gives a file or folder to the account.
func (a *account) own(t *testing.T, path string) {
	t.Helper()
	if err := unix.Chown(path, a.uid, -1); err != nil {
		t.Fatal(err)
	}
}

// publicFolder makes a temporary folder that other accounts can enter. They cannot enter that of
// the testing package.
func publicFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "modemsim-conformance-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// run runs a program, which must succeed.
func run(t *testing.T, input, program string, arguments ...string) {
	t.Helper()
	c := exec.Command(program, arguments...)
	c.Stdin = strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %s", fmt.Errorf("%s: %w (run it as root, by run.sh)", program, err), out)
	}
}
