package memnet

import (
	"bytes"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// dialPacket returns a socket connected to an address.
func dialPacket(t *testing.T, n *Network, address string) *PacketConn {
	t.Helper()
	c, err := n.DialContext(t.Context(), "udp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*PacketConn)
}

func listenPacket(t *testing.T, n *Network, addr *net.UDPAddr) *PacketConn {
	t.Helper()
	c, err := n.ListenPacket(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// send writes datagrams.
func (c *PacketConn) send(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatalf("writing %q: %d, %v", text, n, err)
		}
	}
}

// wantRead fails unless the next datagrams are these.
func (c *PacketConn) wantRead(t *testing.T, texts ...string) net.Addr {
	t.Helper()
	var from net.Addr
	for _, want := range texts {
		p := make([]byte, maxDatagram)
		n, addr, err := c.ReadFrom(p)
		if got := string(p[:n]); got != want || err != nil {
			t.Fatalf("read %q, %v; want %q", got, err, want)
		}
		from = addr
	}
	return from
}

// wantLate fails unless nothing is there to read.
func (c *PacketConn) wantLate(t *testing.T) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(time.Second))
	_, err := c.Read(make([]byte, 8))
	wantErr(t, "reading from nobody", err, os.ErrDeadlineExceeded)
	c.SetReadDeadline(time.Time{})
}

// Each datagram is read as it was written, the empty one too, and the answer comes from the address
// that was asked.
func TestDatagrams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		server := listenPacket(t, n, &net.UDPAddr{Port: 7})
		client := dialPacket(t, n, "203.0.113.5:7")
		long := string(bytes.Repeat([]byte("x"), maxDatagram))
		client.send(t, "one", "", "three")
		from := server.wantRead(t, "one", "", "three")
		client.send(t, long)
		server.wantRead(t, long)
		if from.String() != client.LocalAddr().String() || client.RemoteAddr().String() != "203.0.113.5:7" {
			t.Errorf("from %s, which is %s, to %s", from, client.LocalAddr(), client.RemoteAddr())
		}
		if _, err := server.WriteTo([]byte("answer"), from); err != nil {
			t.Fatal(err)
		}
		if from := client.wantRead(t, "answer"); from.String() != "203.0.113.5:7" {
			t.Errorf("the answer is from %s", from)
		}
		client.send(t, "longer than the buffer", "next")
		p := make([]byte, 6)
		if n, err := server.Read(p); string(p[:n]) != "longer" || err != nil {
			t.Errorf("a short read: %q, %v", p[:n], err)
		}
		server.wantRead(t, "next")
	})
}

// A connected socket hears nobody else, and a listener at an address goes before the one at all.
func TestDatagramsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		all := listenPacket(t, n, &net.UDPAddr{Port: 9})
		one := listenPacket(t, n, &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9})
		stranger := listenPacket(t, n, nil)
		client := dialPacket(t, n, "192.0.2.1:9")
		client.send(t, "to one")
		one.wantRead(t, "to one")
		dialPacket(t, n, "192.0.2.2:9").send(t, "to all")
		all.wantRead(t, "to all")
		if _, err := stranger.WriteTo([]byte("spoofed"), client.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		client.wantLate(t)
		_, err := client.WriteTo(nil, stranger.LocalAddr())
		wantErr(t, "WriteTo when connected", err, net.ErrWriteToConnected)
		_, err = stranger.Write(nil)
		wantErr(t, "Write when not connected", err, syscall.EDESTADDRREQ)
		_, err = stranger.WriteTo(nil, &net.TCPAddr{})
		if err == nil {
			t.Error("an address of TCP was taken")
		}
		_, err = n.ListenPacket(&net.UDPAddr{Port: 9})
		wantErr(t, "a port that is taken", err, syscall.EADDRINUSE)
	})
}

// Who writes to nobody is told by the next operation, once.
func TestDatagramsToNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		client := dialPacket(t, n, "192.0.2.1:9")
		client.send(t, "lost")
		_, err := client.Read(nil)
		wantErr(t, "reading", err, syscall.ECONNREFUSED)
		client.wantLate(t)
		client.send(t, "lost")
		_, err = client.Write(nil)
		wantErr(t, "writing", err, syscall.ECONNREFUSED)
		server := listenPacket(t, n, &net.UDPAddr{Port: 9})
		client.send(t, "heard")
		server.wantRead(t, "heard")
		_, err = client.Write(make([]byte, maxDatagram+1))
		wantErr(t, "a datagram that is too long", err, syscall.EMSGSIZE)
	})
}

// What nobody reads is lost beyond the queue, the empty ones too.
func TestDatagramQueueIsBounded(t *testing.T) {
	for _, size := range []int{0, 1000, maxDatagram} {
		n := New()
		server := listenPacket(t, n, &net.UDPAddr{Port: 9})
		client := dialPacket(t, n, "192.0.2.1:9")
		for range 2 * packetQueue / (size + datagramCost) {
			client.send(t, string(make([]byte, size)))
		}
		if held := len(server.queue) * (size + datagramCost); held > packetQueue || held < packetQueue/2 {
			t.Errorf("%d datagrams of %d bytes wait", len(server.queue), size)
		}
		for len(server.queue) > 0 {
			server.wantRead(t, string(make([]byte, size)))
		}
		if server.held != 0 {
			t.Errorf("%d bytes held of nothing", server.held)
		}
	}
}

func TestDatagramDeadlinesAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		server := listenPacket(t, n, &net.UDPAddr{Port: 9})
		client := dialPacket(t, n, "192.0.2.1:9")
		if err := client.SetDeadline(time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		_, err := client.Write(nil)
		wantErr(t, "writing late", err, os.ErrDeadlineExceeded)
		_, err = client.Read(nil)
		wantErr(t, "reading late", err, os.ErrDeadlineExceeded)

		time.AfterFunc(time.Second, func() { server.Close() })
		_, err = server.Read(nil)
		wantErr(t, "reading until Close", err, net.ErrClosed)
		wantErr(t, "a second Close", server.Close(), net.ErrClosed)
		wantErr(t, "a deadline after Close", server.SetDeadline(time.Now()), net.ErrClosed)
		listenPacket(t, n, &net.UDPAddr{Port: 9}) // the address is free

		other := dialPacket(t, n, "192.0.2.1:10")
		time.AfterFunc(time.Second, func() { n.Close() })
		_, err = other.Read(nil)
		wantErr(t, "reading until the network ends", err, syscall.ENETDOWN)
		_, err = other.Write(nil)
		wantErr(t, "writing then", err, syscall.ENETDOWN)
		_, err = n.DialContext(t.Context(), "udp", "192.0.2.1:9")
		wantErr(t, "dialling then", err, net.ErrClosed)
	})
}
