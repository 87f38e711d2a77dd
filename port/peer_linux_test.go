package port

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// option reads an option of the connection's socket.
func (p *streamPort) option(t *testing.T, level, name int) (value int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	raw, err := p.conn.pause.socket.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var got error
	if err := raw.Control(func(fd uintptr) { value, got = unix.GetsockoptInt(int(fd), level, name) }); err != nil || got != nil {
		t.Fatal(err, got)
	}
	return value
}

// A peer that vanished is detected by the kernel's probes in 10 s + 3 * 5 s.
func TestKeepAlive(t *testing.T) {
	s := listen(t, "tcp:")
	p := connect(t, s.Path())
	s.want("open")
	p.want("open")
	for _, port := range []*streamPort{&s.streamPort, &p.streamPort} {
		for _, c := range []struct {
			name          string
			level, option int
			want          int
		}{
			{"SO_KEEPALIVE", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
			{"TCP_KEEPIDLE", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 10},
			{"TCP_KEEPINTVL", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 5},
			{"TCP_KEEPCNT", unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 3},
			{"TCP_NODELAY", unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
			{"TCP_USER_TIMEOUT", unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 0},
		} {
			if got := port.option(t, c.level, c.option); got != c.want {
				t.Errorf("%s is %d, want %d", c.name, got, c.want)
			}
		}
	}
}

// Which state of a connection with output on its way means that the peer is gone.
func TestSilent(t *testing.T) {
	const long, short = 26_000, 24_000 // ms
	for _, c := range []struct {
		name string
		info unix.TCPInfo
		want bool
	}{
		{"nothing is on its way, and probes of the keepalive are answered", unix.TCPInfo{Last_ack_recv: short, Snd_wnd: 65535}, false},
		{"nothing is on its way", unix.TCPInfo{Last_ack_recv: long, Snd_wnd: 65535}, false},
		{"a slow peer", unix.TCPInfo{Last_ack_recv: short, Snd_wnd: 65535, Unacked: 3}, false},
		{"output without an answer", unix.TCPInfo{Last_ack_recv: long, Snd_wnd: 65535, Unacked: 3}, true},
		{"a peer that does not read and has just answered", unix.TCPInfo{Last_ack_recv: 0, Notsent_bytes: 9000}, false},
		{"a peer that does not read, and the next probe is on its way", unix.TCPInfo{Last_ack_recv: 120_000, Notsent_bytes: 9000, Probes: 1}, false},
		{"a peer that did not read and is gone", unix.TCPInfo{Last_ack_recv: long, Notsent_bytes: 9000, Probes: 2}, true},
	} {
		if got := silent(&c.info); got != c.want {
			t.Errorf("%s: silent is %v", c.name, got)
		}
	}
}

// A host on a unix socket is named by its process.
func TestUnixPeerIsAProcess(t *testing.T) {
	s := listen(t, "unix:"+filepath.Join(t.TempDir(), "modem"))
	s.dial()
	s.want("open")
	if want := fmt.Sprintf("process %d", os.Getpid()); s.name() != want {
		t.Errorf("the host is called %q, want %q", s.name(), want)
	}
}

// A failure to connect is not reported as a peer that vanished. Linux sends nothing to this
// address, since TCP has no multicast.
func TestConnectorToAnAddressWithoutARoute(t *testing.T) {
	connect(t, "tcp:224.0.0.1:4000").want("notice 224.0.0.1:4000: network is unreachable; trying again until it is there")
}

// A serial device that is unplugged is opened again when it is back.
func TestConnectorToASerialDevice(t *testing.T) {
	host, tty := microcontroller(t)
	link := filepath.Join(t.TempDir(), "ttyUSB0")
	p := connect(t, "serial:"+link)
	p.wantNotice("; trying again until it is there")
	speed := uint32(serialBaud)
	for range 2 {
		if err := os.Symlink(tty.Name(), link); err != nil {
			t.Fatal(err)
		}
		out := p.want("open").Host
		p.want("notice " + link + ": connected")
		if err := host.SetDeadline(time.Now().Add(patience)); err != nil && !strings.Contains(err.Error(), "not support") {
			t.Fatal(err)
		}
		text(t, host, "AT\r")
		p.wantData("AT\r")
		text(t, out, "\r\nOK\r\n")
		read(t, host, "\r\nOK\r\n")
		if got := speedOf(t, tty); got != speed {
			t.Errorf("the device runs at %d baud, want %d", got, speed)
		}
		if err := p.SetSpeed(9600); err != nil {
			t.Fatal(err)
		}
		text(t, out, "behind it")
		read(t, host, "behind it")
		if speed = speedOf(t, tty); speed != 9600 {
			t.Errorf("the device runs at %d baud, want 9600", speed)
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
		closed(t, host)
		p.wantNotice("; trying again until it is there")
		p.want("close")
		host, tty = microcontroller(t)
	}
}
