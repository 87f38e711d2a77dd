package port

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.bug.st/serial"
)

func TestParseSerial(t *testing.T) {
	for _, c := range []struct {
		address, device string
		baud            int
	}{
		{"/dev/ttyUSB0", "/dev/ttyUSB0", 115200},
		{"/dev/ttyUSB0,9600", "/dev/ttyUSB0", 9600},
		{"COM3,300", "COM3", 300},
		{"COM3,921600", "COM3", 921600},
	} {
		device, baud, err := parseSerial(c.address)
		if device != c.device || baud != c.baud || err != nil {
			t.Errorf("%s: %q, %d, %v", c.address, device, baud, err)
		}
	}
	for _, address := range []string{"", ",9600", "/dev/ttyUSB0,", "/dev/ttyUSB0,299", "/dev/ttyUSB0,921601", "/dev/ttyUSB0,fast", "/dev/ttyUSB0,9600,8N1"} {
		device, baud, err := parseSerial(address)
		if err == nil {
			t.Errorf("%q passes as %q, %d", address, device, baud)
			continue
		}
		checkLine(t, err, "serial:"+address)
		checkLine(t, err, ": write serial:")
	}
}

// checkLine wants an error of one line that contains want.
func checkLine(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("no error, want one with %q", want)
	case !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n"):
		t.Errorf("error %q, want one line with %q", err, want)
	}
}

// refusal is an error as the library returns it.
type refusal serial.PortErrorCode

func (refusal) Error() string                { return "Refused" }
func (r refusal) Code() serial.PortErrorCode { return serial.PortErrorCode(r) }

func TestSerialErrorsSayWhatToDo(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(device string) error {
		l, err := openSerial(device, 115200)
		if err == nil {
			t.Errorf("%s opens", device)
			closed(t, l)
		}
		return err
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{open(filepath.Join(folder, "absent")), "there is no such device: plug it in"},
		{open(file), "is not a serial device"},
		{open(folder), "name a serial device"},
		{serialError(refusal(serial.PortNotFound)), "there is no such device: plug it in"},
		{serialError(refusal(serial.PermissionDenied)), "you may not open it: join the group dialout"},
		{serialError(refusal(serial.PortBusy)), "another program has it open: end that"},
		{serialError(refusal(serial.InvalidSpeed)), "Refused: name a serial device"},
		{serialError(fs.ErrNotExist), "there is no such device"},
	} {
		checkLine(t, c.err, c.want)
	}
}

// An adapter is a serial port without hardware.
type adapter struct {
	serial.Port
	mu     sync.Mutex
	inputs serial.ModemStatusBits
	bare   bool
	asked  int
	dtr    bool
	rts    bool
	sent   []byte // to the modem, returned by the next read
	drains int
}

var errNoLines = errors.New("inappropriate ioctl")

func (a *adapter) Read(p []byte) (int, error) {
	time.Sleep(serialLook)
	a.mu.Lock()
	defer a.mu.Unlock()
	n := copy(p, a.sent)
	a.sent = a.sent[n:]
	return n, nil
}

func (a *adapter) GetModemStatusBits() (*serial.ModemStatusBits, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	if a.bare {
		return nil, errNoLines
	}
	bits := a.inputs
	return &bits, nil
}

func (a *adapter) SetDTR(on bool) error { return a.set(&a.dtr, on) }
func (a *adapter) SetRTS(on bool) error { return a.set(&a.rts, on) }
func (a *adapter) Close() error         { return nil }
func (a *adapter) Drain() error         { a.drains++; return nil }

func (a *adapter) set(output *bool, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	if a.bare {
		return errNoLines
	}
	*output = on
	return nil
}

// host runs does at the other end of the cable, and waits until the line must have noticed.
func (a *adapter) host(does func()) {
	a.mu.Lock()
	does()
	a.mu.Unlock()
	time.Sleep(3 * serialLook)
}

// follow returns the events of next, until the line is closed.
func follow(t *testing.T, l *serialLine) <-chan []string {
	list := make(chan []string, 1)
	go func() {
		var all []string
		for {
			events, err := l.next()
			if err != nil {
				if err != net.ErrClosed {
					t.Errorf("next: %v, want net.ErrClosed", err)
				}
				list <- all
				return
			}
			for _, e := range events {
				if e.Kind == RTS {
					all = append(all, fmt.Sprintf("rts %v", e.On))
					continue
				}
				all = append(all, show(e))
			}
		}
	}()
	return list
}

func TestSerialTellsTheHostsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{}
		l := newSerialLine(a)
		list := follow(t, l)
		a.host(func() {}) // low at first: nothing is reported
		a.host(func() { a.inputs, a.sent = serial.ModemStatusBits{DSR: true, CTS: true}, []byte("AT\r") })
		a.host(func() { a.inputs.DCD, a.inputs.RI = true, true }) // not wired to anything
		a.host(func() { a.inputs.CTS = false })
		a.host(func() { a.inputs.CTS = true })
		a.host(func() { a.inputs.DSR, a.sent = false, []byte("ATH\r") })
		closed(t, l)
		want := []string{"dtr true", "rts true", `data "AT\r"`, "rts false", "rts true", `data "ATH\r"`, "dtr false"}
		if got := <-list; !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestSerialLinesThatAreUpAtFirstAreNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{inputs: serial.ModemStatusBits{DSR: true, CTS: true}}
		l := newSerialLine(a)
		list := follow(t, l)
		a.host(func() {})
		a.host(func() { a.inputs.DSR = false })
		closed(t, l)
		if got, want := <-list, []string{"dtr false"}; !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestSerialSetsItsLines(t *testing.T) {
	a := &adapter{}
	l := newSerialLine(a)
	for _, s := range []Signals{{CTS: true, DSR: true}, {DCD: true, RI: true}, {CTS: true, DCD: true}, {}} {
		l.SetSignals(s)
		if a.dtr != s.DCD || a.rts != s.CTS {
			t.Errorf("%+v: DTR %v, RTS %v, want DCD and CTS", s, a.dtr, a.rts)
		}
	}
	if a.drains != 4 {
		t.Errorf("the output was awaited %d times before 4 changes", a.drains)
	}
	closed(t, l)
	l.SetSignals(Signals{DCD: true})
	if a.dtr {
		t.Error("a line was set after Close")
	}
}

func TestSerialWithoutLinesIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{bare: true}
		l := newSerialLine(a)
		list := follow(t, l)
		a.host(func() { a.sent = []byte("AT\r") })
		l.SetSignals(Signals{DCD: true})
		closed(t, l)
		if got, want := <-list, []string{`data "AT\r"`}; !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
		if a.asked != 1 {
			t.Errorf("a device without lines was asked for them %d times, want once", a.asked)
		}
	})
}
