package port

import (
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// microcontroller makes a pty whose slave takes the place of a serial device; its master is the
// host at the other end of the cable.
func microcontroller(t *testing.T) (host, tty *os.File) {
	t.Helper()
	host, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = host.Close(), tty.Close() })
	return host, tty
}

func openLine(t *testing.T, device string, baud int) *serialLine {
	t.Helper()
	l, err := openSerial(device, baud)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, l) })
	return l
}

// wantNext takes events until they hold as many bytes as want.
func wantNext(t *testing.T, l *serialLine, want string) {
	t.Helper()
	var got []byte
	for len(got) < len(want) {
		events, err := l.next()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind != Data {
				t.Fatalf("event %s of a pty", show(e))
			}
			got = append(got, e.Data...)
		}
	}
	if string(got) != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func speedOf(t *testing.T, tty *os.File) uint32 {
	t.Helper()
	termios, err := getTermios(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return termios.Ospeed
}

func TestSerialCarriesEveryByte(t *testing.T) {
	host, tty := microcontroller(t)
	l := openLine(t, tty.Name(), 115200)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	text(t, l, string(all))
	read(t, host, string(all))
	text(t, host, string(all))
	wantNext(t, l, string(all))
	l.SetSignals(Signals{CTS: true, DSR: true, DCD: true}) // which a pty has not
	text(t, l, "OK")
	read(t, host, "OK")
}

func TestSerialFormatAndSpeed(t *testing.T) {
	host, tty := microcontroller(t)
	l := openLine(t, tty.Name(), 9600)
	termios, err := getTermios(int(host.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if got := termios.Cflag & (unix.CSIZE | unix.PARENB | unix.CSTOPB | unix.CRTSCTS); got != unix.CS8 {
		t.Errorf("format %#o, want CS8 alone: 8N1 without flow control", got)
	}
	if got := speedOf(t, host); got != 9600 {
		t.Errorf("opened at %d, want 9600", got)
	}
	for _, baud := range []int{300, 921600, 250000, 115200} {
		if err := l.SetSpeed(baud); err != nil {
			t.Fatal(err)
		}
		if got := speedOf(t, host); got != uint32(baud) {
			t.Errorf("speed %d, want %d", got, baud)
		}
	}
	for _, baud := range []int{0, 299, 921601} {
		checkLine(t, l.SetSpeed(baud), "is not 300 to 921600")
	}
}

func TestSerialDeviceThatGoesAway(t *testing.T) {
	host, tty := microcontroller(t)
	l := openLine(t, tty.Name(), 115200)
	text(t, host, "AT\r")
	wantNext(t, l, "AT\r")
	gone := make(chan error)
	go func() {
		_, err := l.next()
		gone <- err
	}()
	closed(t, host)
	if err := <-gone; err == nil || err == net.ErrClosed {
		t.Errorf("next: %v, want that the device is gone", err)
	}
	if _, err := l.Write([]byte("OK")); err == nil || err == net.ErrClosed {
		t.Errorf("Write: %v, want that the device is gone", err)
	}
	closed(t, l)
	if _, err := l.next(); err != net.ErrClosed {
		t.Errorf("next after Close: %v, want net.ErrClosed", err)
	}
}

func TestSerialCloseEndsWhatWaits(t *testing.T) {
	_, tty := microcontroller(t)
	l := openLine(t, tty.Name(), 115200)
	ended := make(chan error, 2)
	go func() {
		_, err := l.next()
		ended <- err
	}()
	go func() {
		_, err := l.Write(make([]byte, 1<<20)) // nobody reads
		ended <- err
	}()
	for { // until the writer has to wait
		writable, err := unix.Poll([]unix.PollFd{{Fd: int32(tty.Fd()), Events: unix.POLLOUT}}, 50)
		if err != nil && err != unix.EINTR {
			t.Fatal(err)
		}
		if err == nil && writable == 0 {
			break
		}
		runtime.Gosched()
	}
	start := time.Now()
	closed(t, l)
	for range 2 {
		if err := <-ended; err != net.ErrClosed {
			t.Errorf("%v, want net.ErrClosed", err)
		}
	}
	if d := time.Since(start); d > 10*serialDrain {
		t.Errorf("Close took %v", d)
	}
	if _, err := l.Write([]byte("x")); err != net.ErrClosed {
		t.Errorf("Write after Close: %v, want net.ErrClosed", err)
	}
	if err := l.SetSpeed(9600); err != net.ErrClosed {
		t.Errorf("SetSpeed after Close: %v, want net.ErrClosed", err)
	}
}
