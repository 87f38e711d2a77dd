//go:build conformance

// Package: proftpd-core

package conformance

import (
	"fmt"
	"os/exec"
	"testing"
	"time"
)

func TestProFTPD(t *testing.T) { server{name: "proftpd", command: proftpd}.test(t) }

func proftpd(t *testing.T, s *site) *exec.Cmd {
	t.Helper()
	// AuthPAM is off since its service needs the package installed. DelayEngine and ControlsEngine
	// are off since they need folders of the package.
	settings := fmt.Sprintf(`ServerName "ProFTPD Server"
ServerType standalone
UseIPv6 off
DefaultAddress 127.0.0.1
Port %d
PassivePorts %d %d
User root
Group nogroup
AuthPAM off
AuthOrder mod_auth_unix.c
RequireValidShell off
DefaultRoot ~
AllowOverwrite on
AllowStoreRestart on
AllowRetrieveRestart on
UseReverseDNS off
WtmpLog off
TransferLog none
SystemLog %s
ScoreboardFile %s
PidFile %s
DelayEngine off
ControlsEngine off
`, s.port, s.firstData, s.lastData, s.file("log"), s.file("scoreboard"), s.file("proftpd-pid"))
	for name, limit := range map[string]time.Duration{"TimeoutIdle": s.limits.idle, "TimeoutStalled": s.limits.stall, "TimeoutNoTransfer": s.limits.unused} {
		if limit > 0 {
			settings += fmt.Sprintf("%s %d\n", name, limit/time.Second)
		}
	}
	if n := s.limits.connections; n > 0 {
		settings += fmt.Sprintf("MaxConnectionsPerHost %d\n", n)
	}
	if n := s.limits.logins; n > 0 {
		settings += fmt.Sprintf("MaxClients %d\n", n)
	}
	if s.limits.address != "" {
		settings += fmt.Sprintf("MasqueradeAddress %s\n", s.limits.address)
	}
	return exec.Command("proftpd", "--nodaemon", "--config", s.write(t, "conf", settings))
}
