package port

import (
	"fmt"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// poll returns which of the given poll(2) events a socket has.
func poll(c syscall.Conn, events int16) (happened int16) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) { // fails only when it is closed, which has no events
		fds := []unix.PollFd{{Fd: int32(fd), Events: events}}
		if n, err := unix.Poll(fds, 0); n > 0 && err == nil {
			happened = fds[0].Revents
		}
	})
	return happened
}

// unread reports whether a socket has something to read or accept: bytes, the end, or a connection.
func unread(c syscall.Conn) bool { return poll(c, unix.POLLIN) != 0 }

// sentLast reports whether the peer has shut down its output, even if some of it is unread.
func sentLast(c syscall.Conn) bool {
	return poll(c, unix.POLLRDHUP)&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}

// hungUp reports whether the peer takes no more output. Over TCP this shows only after output was
// refused.
func hungUp(c syscall.Conn) bool { return poll(c, 0)&(unix.POLLHUP|unix.POLLERR) != 0 }

// localPeer names the process that connected.
func localPeer(c *net.UnixConn) string {
	who := "another program"
	raw, err := c.SyscallConn()
	if err != nil {
		return who
	}
	_ = raw.Control(func(fd uintptr) {
		cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		if err == nil && cred.Pid > 0 { // 0 for a process of another container
			who = fmt.Sprintf("process %d", cred.Pid)
		}
	})
	return who
}

// silenceMax is how long a peer may leave output unacknowledged, and silenceLook the time between
// two checks for such.
const (
	silenceMax  = 25 * time.Second
	silenceLook = 5 * time.Second
)

// awaitSilence returns true when the peer of a TCP connection has not acknowledged output for
// silenceMax, and false when done is closed first. It is needed because keepalive probes are not
// sent while output is on its way, and because TCP_USER_TIMEOUT would also end the connection to a
// healthy peer that does not read.
func awaitSilence(c syscall.Conn, done <-chan struct{}) bool {
	if _, ok := c.(*net.TCPConn); !ok {
		return false
	}
	look := time.NewTicker(silenceLook)
	defer look.Stop()
	for {
		select {
		case <-done:
			return false
		case <-look.C:
		}
		if info := tcpInfo(c); info != nil && silent(info) {
			return true
		}
	}
}

func tcpInfo(c syscall.Conn) (info *unix.TCPInfo) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	_ = raw.Control(func(fd uintptr) { info, _ = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) })
	return info
}

// silent reports whether a peer has vanished, judged by its acknowledgments. A peer that does not
// read acknowledges zero window probes, which come at growing intervals; so only two unanswered
// probes count.
func silent(i *unix.TCPInfo) bool {
	if time.Duration(i.Last_ack_recv)*time.Millisecond < silenceMax {
		return false
	}
	return i.Unacked > 0 && i.Snd_wnd > 0 || i.Unacked == 0 && i.Probes > 1
}
