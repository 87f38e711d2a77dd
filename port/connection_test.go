package port

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A pipeHost is a host on an unbuffered wire: what it does not read waits in the port.
type pipeHost struct {
	net.Conn
	t *testing.T
	p *Connector
}

// overPipe runs a test of a connection in a bubble.
func overPipe(t *testing.T, made protocol, test func(t *testing.T, h *pipeHost)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		modemEnd, hostEnd := net.Pipe()
		p := &Connector{address: Address{Network: "rfc2217"}, baud: 9600}
		p.init()
		p.begin(&connection{far: newSocketFar(modemEnd), proto: made, name: "host", farewell: p.farewell})
		h := &pipeHost{hostEnd, t, p}
		test(t, h)
		closed(t, p)
		closed(t, h)
	})
}

// says sends bytes and returns when the port has handled them.
func (h *pipeHost) says(s string) {
	h.t.Helper()
	text(h.t, h, s)
	synctest.Wait()
}

// hears reads until nothing more is sent.
func (h *pipeHost) hears() string {
	h.t.Helper()
	if err := h.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		h.t.Fatal(err)
	}
	got, err := io.ReadAll(h)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		h.t.Fatalf("read %s, %v", commands(got), err)
	}
	return commands(got)
}

func (h *pipeHost) wants(what, want string) {
	h.t.Helper()
	if got := h.hears(); got != want {
		h.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

const firstWords = "do 44 do 0 will 0 do 3 will 3"

// A host that asks for the modem state while a notification of a change waits for it does not get
// the old state after the notification.
func TestRFC2217AnswerBehindANotification(t *testing.T) {
	overPipe(t, newRFC2217Server(), func(t *testing.T, h *pipeHost) {
		h.says(will44)
		h.p.SetSignals(Signals{DCD: true})
		h.says(sub(comNotifyModemstate))
		h.wants("a host that begins to read", firstWords+" [44 107 0] [44 107 136] [44 107 128]")
	})
}

// A speed that is set during the negotiation is the one that the far port ends up with.
func TestRFC2217SpeedDuringTheNegotiation(t *testing.T) {
	overPipe(t, newRFC2217Client(9600), func(t *testing.T, h *pipeHost) {
		if err := h.p.SetSpeed(19200); err != nil {
			t.Fatal(err)
		}
		h.says(do44)
		h.wants("a server that begins to read", "will 44 do 0 will 0 do 3 will 3 [44 1 0 0 75 0] [44 2 8] [44 3 1] [44 4 1] [44 5 1] [44 5 9] [44 5 12] [44 11 255]")
	})
}

// If the circuits change often while the host does not read, few notifications wait for it, and the
// last one has the last state.
func TestRFC2217NotificationsThatWait(t *testing.T) {
	overPipe(t, newRFC2217Server(), func(t *testing.T, h *pipeHost) {
		h.says(will44)
		for n := range 1000 {
			h.p.SetSignals(Signals{DCD: n%2 == 0})
		}
		h.p.SetSignals(Signals{RI: true})
		got := h.hears()
		if n := strings.Count(got, "[44 107 "); n > parcelMax+2 {
			t.Errorf("%d notifications", n)
		}
		if !strings.HasSuffix(got, " [44 107 72]") { // RI is on, DCD has changed
			t.Errorf("the last of them is %s", got[strings.LastIndex(got, "["):])
		}
	})
}

// A far end that has asked for silence (RFC 2217 5) gets neither bytes nor commands until it ends
// it.
func TestRFC2217SilenceOfTheServer(t *testing.T) {
	overPipe(t, newRFC2217Server(), func(t *testing.T, h *pipeHost) {
		h.says(will44)
		h.wants("at first", firstWords+" [44 107 0]")
		h.says(sub(comSuspend))
		h.p.SetSignals(Signals{DCD: true})
		h.says(controls(controlRTSOn) + sub(comNotifyModemstate))
		written := make(chan error, 1)
		go func() { _, err := h.p.Write([]byte("RING")); written <- err }()
		h.p.SetSignals(Signals{RI: true})
		h.wants("during the silence", "")
		h.says(sub(comResume))
		h.wants("after it", `[44 105 11] [44 107 0] "RING" [44 107 64]`)
		if err := <-written; err != nil {
			t.Errorf("Write: %v", err)
		}
	})
}

func TestRFC2217SilenceOfTheClient(t *testing.T) {
	overPipe(t, newRFC2217Client(9600), func(t *testing.T, h *pipeHost) {
		h.says(do44)
		h.hears()
		h.says(sub(serverCode + comSuspend))
		h.p.SetSignals(Signals{DCD: true})
		if err := h.p.SetSpeed(19200); err != nil {
			t.Fatal(err)
		}
		go h.p.Write([]byte("RING"))
		h.wants("during the silence", "")
		h.says(sub(serverCode + comResume))
		h.wants("after it", `[44 1 0 0 75 0] "RING" [44 5 8]`)
	})
}

// The answers to a host that keeps asking during its silence are bounded, and its request to end
// the silence is heard.
func TestRFC2217SilenceIsBounded(t *testing.T) {
	overPipe(t, newRFC2217Server(), func(t *testing.T, h *pipeHost) {
		const asked = 10 * parcelMax
		h.says(will44)
		h.hears()
		var heard atomic.Int64
		go func() {
			for b := make([]byte, len(sub(comNotifyModemstate, 0))); ; heard.Add(1) {
				if _, err := io.ReadFull(h, b); err != nil {
					return
				}
			}
		}()
		if err := h.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		h.says(sub(comSuspend))
		for range asked {
			h.says(sub(comNotifyModemstate))
		}
		if n := heard.Load(); n < asked-parcelMax {
			t.Errorf("%d of %d answers have come, and the others are held", n, asked)
		}
		h.says(sub(comResume))
		if n := heard.Load(); n != asked {
			t.Errorf("%d of %d answers have come", n, asked)
		}
	})
}

// Close waits for the end of a silence as long as for a host that does not read.
func TestRFC2217CloseDuringASilence(t *testing.T) {
	overPipe(t, newRFC2217Server(), func(t *testing.T, h *pipeHost) {
		h.says(will44)
		h.hears()
		h.says(sub(comSuspend))
		written := make(chan error)
		go func() { _, err := h.p.Write([]byte("RING")); written <- err }()
		synctest.Wait()
		start := time.Now()
		closed(t, h.p)
		if took := time.Since(start); took != closeDrain {
			t.Errorf("Close took %v, want %v", took, closeDrain)
		}
		if err := <-written; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Write gave %v, want net.ErrClosed", err)
		}
	})
}

// fullConn takes no bytes, for a reason that is not that its peer has gone.
type fullConn struct{ net.Conn }

func (fullConn) Write([]byte) (int, error) { return 0, syscall.ENOBUFS }

// Read ends as that of a socket does.
func (c fullConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == io.ErrClosedPipe {
		err = net.ErrClosed
	}
	return n, err
}

// Bytes that were lost on their way would be waited for without end, so the host sees the
// connection end, and the modem's side a reason.
func TestConnectionEndsWhenBytesAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		modemEnd, hostEnd := net.Pipe()
		s := &Socket{address: Address{Network: "tcp"}}
		s.init()
		s.begin(&connection{far: newSocketFar(fullConn{modemEnd}), proto: raw{}, name: "host", farewell: func(err error) string { return lost("host", err) }})
		if e, err := s.Next(); e.Kind != Open || err != nil {
			t.Fatalf("%s, %v, want an Open", show(e), err)
		}
		text(t, s, "OK")
		if n, err := hostEnd.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the host reads %d bytes, %v, want the end", n, err)
		}
		for _, want := range []string{"notice host: no buffer space available", "close"} {
			if e, err := s.Next(); show(e) != want || err != nil {
				t.Errorf("%s, %v, want %s", show(e), err, want)
			}
		}
		closed(t, hostEnd)
		if err := s.close(func() error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
