package port

import (
	"fmt"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// poll reports which of some things have happened to a socket.
func poll(c syscall.Conn, events int16) (happened int16) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) { // fails when it is closed: nothing happens to it any more
		fds := []unix.PollFd{{Fd: int32(fd), Events: events}}
		if n, err := unix.Poll(fds, 0); n > 0 && err == nil {
			happened = fds[0].Revents
		}
	})
	return happened
}

// unread reports whether there is something that was not taken yet: bytes, an end, or a connection.
func unread(c syscall.Conn) bool { return poll(c, unix.POLLIN) != 0 }

// sentLast reports whether the peer has sent its last, though bytes before that may not be read yet.
func sentLast(c syscall.Conn) bool {
	return poll(c, unix.POLLRDHUP)&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}

// hungUp reports whether the peer takes no output any more. Of TCP it is not known before output was refused.
func hungUp(c syscall.Conn) bool { return poll(c, 0)&(unix.POLLHUP|unix.POLLERR) != 0 }

// localPeer is the process that connected.
func localPeer(c *net.UnixConn) string {
	who := "another program"
	raw, err := c.SyscallConn()
	if err != nil {
		return who
	}
	_ = raw.Control(func(fd uintptr) {
		if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil && cred.Pid > 0 { // not of another container
			who = fmt.Sprintf("process %d", cred.Pid)
		}
	})
	return who
}

// silenceLook is how often output that is not acknowledged is looked for.
const silenceLook = 5 * time.Second

// awaitSilence returns true when the peer of a TCP connection has not acknowledged output for silenceMax, and false when done comes first. Keepalive probes
// are not sent while output is on its way, and TCP_USER_TIMEOUT would end the connection to a peer that is well and only does not read.
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

// silent reports whether a peer is gone as far as its acknowledgments tell. One that does not read acknowledges the probes that ask whether it does, which
// come at growing distances; hence two of them without an answer.
func silent(i *unix.TCPInfo) bool {
	if time.Duration(i.Last_ack_recv)*time.Millisecond < silenceMax {
		return false
	}
	return i.Unacked > 0 && i.Snd_wnd > 0 || i.Unacked == 0 && i.Probes > 1
}
