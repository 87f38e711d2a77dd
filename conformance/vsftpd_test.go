//go:build conformance

// Package: vsftpd

package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestVsftpd(t *testing.T) {
	server{name: "vsftpd", command: vsftpd}.test(t)
}

func vsftpd(t *testing.T, s *site) *exec.Cmd {
	t.Helper()
	empty := filepath.Join(s.folder, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	// seccomp_sandbox: the package's filter kills sessions on kernels newer than itself.
	settings := fmt.Sprintf(`listen=YES
listen_ipv6=NO
listen_address=127.0.0.1
listen_port=%d
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
chroot_local_user=YES
allow_writeable_chroot=YES
pasv_min_port=%d
pasv_max_port=%d
secure_chroot_dir=%s
pam_service_name=vsftpd
seccomp_sandbox=NO
xferlog_enable=NO
`, s.port, s.firstData, s.lastData, empty)
	path := filepath.Join(s.folder, "vsftpd.conf")
	if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return exec.Command("/usr/sbin/vsftpd", path)
}
