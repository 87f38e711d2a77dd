package port

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A pipeHost is a host on a wire that holds nothing: what it does not read waits in the port.
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

// says sends bytes and returns when the port has dealt with them.
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

// A host that asks for the modem state, and has not read a change of it yet, is not told the state before that behind the change.
func TestRFC2217AnswerBehindANotification(t *testing.T) {
	overPipe(t, newRFC2217Server(), func(t *testing.T, h *pipeHost) {
		h.says(will44)
		h.p.SetSignals(Signals{DCD: true})
		h.says(sub(comNotifyModemstate))
		h.wants("a host that begins to read", firstWords+" [44 107 0] [44 107 136] [44 107 128]")
	})
}

// A speed that is set while the option is agreed on is the last that the far port is set to.
func TestRFC2217SpeedDuringTheNegotiation(t *testing.T) {
	overPipe(t, newRFC2217Client(9600), func(t *testing.T, h *pipeHost) {
		if err := h.p.SetSpeed(19200); err != nil {
			t.Fatal(err)
		}
		h.says(do44)
		h.wants("a server that begins to read", "will 44 do 0 will 0 do 3 will 3 [44 1 0 0 75 0] [44 2 8] [44 3 1] [44 4 1] [44 5 1] [44 5 9] [44 5 12] [44 11 255]")
	})
}

// However often the circuits change while the host does not read: few notifications wait for it, and the last state is among them.
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
