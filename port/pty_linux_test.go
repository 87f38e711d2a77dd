package port

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// wire is a pty under test with its events.
type wire struct {
	*PTY
	*tap
}

func openWire(t *testing.T, o PTYOptions) *wire {
	t.Helper()
	p, err := OpenPTY(o)
	if err != nil {
		t.Fatal(err)
	}
	return &wire{p, tapped(t, p)}
}

// dial opens the host's end of the pty.
func (w *wire) dial() *os.File {
	w.t.Helper()
	f, err := os.OpenFile(w.Path(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = f.Close() })
	if err := f.SetDeadline(time.Now().Add(patience)); err != nil {
		w.t.Fatal(err)
	}
	return f
}

// stty changes the settings of a tty, as tcsetattr with TCSANOW does.
func stty(t *testing.T, host *os.File, change func(*unix.Termios)) unix.Termios {
	t.Helper()
	conn, err := host.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var termios *unix.Termios
	var ioErr error
	err = conn.Control(func(fd uintptr) {
		if termios, ioErr = getTermios(int(fd)); ioErr == nil {
			change(termios)
			ioErr = setTermios(int(fd), termios)
		}
	})
	if err := errors.Join(err, ioErr); err != nil {
		t.Fatal(err)
	}
	return *termios
}

func setBaud(cflag uint32, baud uint32) func(*unix.Termios) {
	return func(t *unix.Termios) {
		t.Cflag = t.Cflag&^(unix.CBAUD|unix.CIBAUD) | cflag
		t.Ispeed, t.Ospeed = baud, baud
	}
}

func TestPTYTellsOpenDataClose(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	out := w.want("open").Host
	text(t, host, "AT\r")
	w.wantData("AT\r")
	text(t, out, "\r\nOK\r\n")
	read(t, host, "\r\nOK\r\n")
	closed(t, host)
	w.want("close")
}

func TestPTYIsRawBeforeItsPathIsKnown(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	out := w.want("open").Host
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	text(t, out, string(all))
	read(t, host, string(all))
	text(t, host, string(all))
	w.wantData(string(all)) // with echo on, the output would have come first
	closed(t, host)
	w.want("close")
}

func TestPTYIsRawAgainAfterTheLastClose(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	w.want("open")
	stty(t, host, func(t *unix.Termios) {
		t.Iflag |= unix.IXON | unix.ICRNL
		t.Lflag |= unix.ICANON | unix.ECHO
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 100, 2
	})
	closed(t, host)
	w.want("close")
	host = w.dial()
	out := w.want("open").Host
	text(t, out, "\x13\r\x11")
	read(t, host, "\x13\r\x11")
	text(t, host, "\r")
	w.wantData("\r")
}

func TestPTYCountsOpens(t *testing.T) {
	w := openWire(t, PTYOptions{})
	for range 200 {
		var hosts [3]*os.File
		for i := range hosts {
			hosts[i] = w.dial()
		}
		w.want("open")
		w.want("shared")
		w.want("shared")
		text(t, hosts[2], "a")
		w.wantData("a")
		closed(t, hosts[0])
		closed(t, hosts[1])
		text(t, hosts[2], "b")
		w.wantData("b")
		closed(t, hosts[2])
		w.want("close")
	}
}

func TestPTYDropsOutputThatNobodyReads(t *testing.T) {
	w := openWire(t, PTYOptions{})
	text(t, w, "nobody has it open")
	host := w.dial()
	first := w.want("open").Host
	text(t, first, "read")
	read(t, host, "read")
	text(t, first, strings.Repeat("unread ", 1000))
	closed(t, host)
	w.want("close")
	text(t, first, "closed")
	host = w.dial()
	second := w.want("open").Host
	text(t, first, "another has it open")
	text(t, second, "for the second")
	read(t, host, "for the second")
}

func TestPTYCloseWakesABlockedWrite(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	out := w.want("open").Host
	big := strings.Repeat("x", 1<<20)
	written := make(chan error)
	go func() {
		n, err := io.WriteString(out, big)
		if n != len(big) {
			err = fmt.Errorf("wrote %d of %d: %w", n, len(big), err)
		}
		written <- err
	}()
	read(t, host, strings.Repeat("x", 64<<10)) // so the writer is under way
	closed(t, host)
	w.want("close")
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	host = w.dial()
	out = w.want("open").Host
	text(t, out, "y")
	read(t, host, "y")
}

func TestPTYSpeed(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	w.want("open")
	stty(t, host, setBaud(unix.B9600, 9600))
	text(t, host, "a")
	w.want("speed 9600")
	w.wantData("a")
	stty(t, host, setBaud(unix.BOTHER, 250000))
	text(t, host, "b")
	w.want("speed 250000")
	w.wantData("b")
	stty(t, host, setBaud(unix.B0, 0))
	text(t, host, "c")
	w.wantData("c")
	w.want("dtr false")
	stty(t, host, setBaud(unix.BOTHER, 250000))
	text(t, host, "d")
	w.want("dtr true")
	w.wantData("d")
	stty(t, host, setBaud(unix.B0, 0))
	closed(t, host)
	w.want("dtr false")
	w.want("close")
	host = w.dial()
	w.want("open")
	if got := stty(t, host, func(*unix.Termios) {}); got.Ospeed != 250000 {
		t.Errorf("after a host that left speed 0 the next finds %d, want the speed before, 250000", got.Ospeed)
	}
	text(t, host, "e")
	w.wantData("e")
}

func TestPTYSeesSpeed0WithoutTrafficWhileTheCarrierIsOn(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	w.want("open")
	w.SetSignals(Signals{DCD: true})
	stty(t, host, setBaud(unix.B0, 0))
	w.want("dtr false")
	stty(t, host, setBaud(unix.B38400, 38400))
	w.want("dtr true")
	w.SetSignals(Signals{})
	before := w.runs()
	closed(t, host)
	w.want("close")
	if n := w.runs() - before; n > 20 {
		t.Errorf("the pump ran %d times for one close", n)
	}
}

func (w *wire) runs() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pumps
}

func TestPTYReadAndWriteAreAStream(t *testing.T) {
	p, err := OpenPTY(PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{p, &tap{t: t}}
	host := w.dial()
	text(t, host, "AT\r")
	read(t, p, "AT\r")
	text(t, p, "OK\r\n")
	read(t, host, "OK\r\n")
	closed(t, host)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("Read after Close: %d, %v, want 0, EOF", n, err)
	}
	if _, err := p.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write after Close: %v, want net.ErrClosed", err)
	}
}

func TestPTYCloseLetsTheHostReadItAll(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	out := w.want("open").Host
	want := strings.Repeat("last words ", 1000)
	text(t, out, want)
	text(t, host, "before the end")
	got := make(chan []byte)
	go func() {
		for _, err := w.Write(nil); err == nil; _, err = w.Write(nil) {
			runtime.Gosched() // until Close has begun
		}
		var all bytes.Buffer
		for b := make([]byte, 16); ; { // small, so that Close has to wait
			n, err := host.Read(b)
			all.Write(b[:n])
			if err != nil { // EIO or EOF when the pty goes
				got <- all.Bytes()
				return
			}
		}
	}()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.wantData("before the end")
	if e, ok := <-w.tap.events; ok {
		t.Errorf("event %s after Close", show(e))
	}
	if b := <-got; string(b) != want {
		t.Errorf("the host read %d bytes before the end, want %d", len(b), len(want))
	}
}

func TestPTYCloseDoesNotWaitLong(t *testing.T) {
	w := openWire(t, PTYOptions{})
	w.dial()
	out := w.want("open").Host
	text(t, out, "unread")
	done := make(chan error)
	go func() {
		for {
			if _, err := out.Write(make([]byte, 1<<16)); err != nil {
				done <- err
				return
			}
		}
	}()
	start := time.Now()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("Close took %v with a host that does not read", d)
	}
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the blocked Write gave %v, want net.ErrClosed", err)
	}
}

func TestPTYsOfOneProcessShareTheWatch(t *testing.T) {
	var wires []*wire
	for range 150 { // more than the kernel has inotify instances for one user
		wires = append(wires, openWire(t, PTYOptions{}))
	}
	for i, w := range wires {
		other := wires[(i+1)%len(wires)]
		host, second := w.dial(), other.dial()
		text(t, second, "b")
		text(t, host, "a")
		w.want("open")
		w.wantData("a")
		other.want("open")
		other.wantData("b")
		closed(t, second)
		closed(t, host)
		w.want("close")
		other.want("close")
	}
}

func TestPTYHoldsABoundedAmountOfInput(t *testing.T) {
	p, err := OpenPTY(PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	w := &wire{p, &tap{t: t}}
	host := w.dial()
	if err := host.SetWriteDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	n, err := host.Write(sent)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the host wrote %d bytes that nobody took, %v; want a wait", n, err)
	}
	if n > 128<<10 {
		t.Errorf("%d bytes were taken with nobody calling Next, want about 64 KiB and a terminal's buffer", n)
	}
	closed(t, host)
	var got []byte
	var kinds []Kind
	for len(kinds) == 0 || kinds[len(kinds)-1] != Close {
		e, err := p.Next()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Data...)
		kinds = append(kinds, e.Kind)
	}
	if !bytes.Equal(got, sent[:n]) {
		t.Errorf("got %d bytes of %d, or others", len(got), n)
	}
	kinds = slices.DeleteFunc(kinds, func(k Kind) bool { return k == Data })
	if !slices.Equal(kinds, []Kind{Open, Close}) {
		t.Errorf("events beside data: %v", kinds)
	}
}
