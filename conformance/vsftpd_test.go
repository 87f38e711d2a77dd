//go:build conformance

// Package: vsftpd

package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

var vsftpdServer = server{name: "vsftpd", command: vsftpd}

func TestVsftpd(t *testing.T) { vsftpdServer.test(t) }

func vsftpd(t *testing.T, s *site) *exec.Cmd {
	t.Helper()
	empty := s.file("empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	// pam_service_name names an unknown service, for which the system has defaults: that of the
	// package needs the package installed. seccomp_sandbox is off since the package's filter kills
	// sessions on newer kernels.
	settings := fmt.Sprintf(`listen=YES
listen_ipv6=NO
listen_address=127.0.0.1
listen_port=%d
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
ascii_download_enable=YES
ascii_upload_enable=YES
chroot_local_user=YES
allow_writeable_chroot=YES
pasv_min_port=%d
pasv_max_port=%d
secure_chroot_dir=%s
pam_service_name=other
seccomp_sandbox=NO
xferlog_enable=NO
`, s.port, s.firstData, s.lastData, empty)
	for name, limit := range map[string]time.Duration{"idle_session_timeout": s.limits.idle, "data_connection_timeout": s.limits.stall, "accept_timeout": s.limits.unused} {
		if limit > 0 {
			settings += fmt.Sprintf("%s=%d\n", name, limit/time.Second)
		}
	}
	if n := s.limits.connections; n > 0 {
		settings += fmt.Sprintf("max_clients=%d\n", n)
	}
	if s.limits.address != "" {
		settings += fmt.Sprintf("pasv_address=%s\n", s.limits.address)
	}
	return exec.Command("vsftpd", s.write(t, "conf", settings))
}
