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

// checkLine: an error is one line that holds want.
func checkLine(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("no error, want one with %q", want)
	case !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n"):
		t.Errorf("error %q, want one line with %q", err, want)
	}
}

// refusal is an error as the library gives it.
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
		{func() error { _, err := openSerial(file, 299); return err }(), "299 baud is not 300 to 921600: name a speed"},
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

// An adapter is a serial port whose cable goes nowhere.
type adapter struct {
	serial.Port
	mu     sync.Mutex
	inputs serial.ModemStatusBits
	bare   bool
	asked  int
	dtr    bool
	rts    bool
	drains int
}

var errNoLines = errors.New("inappropriate ioctl")

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

// host does something at the other end, and waits until it must have been seen.
func (a *adapter) host(does func()) {
	a.mu.Lock()
	does()
	a.mu.Unlock()
	time.Sleep(3 * serialLook)
}

// follow shows what lines tells until the line is closed.
func follow(l *serialLine) <-chan []string {
	list := make(chan []string, 1)
	go func() {
		var all []string
		l.lines(func(events ...Event) {
			for _, e := range events {
				name := map[Kind]string{DTR: "dtr", RTS: "rts"}[e.Kind]
				all = append(all, fmt.Sprintf("%s %v", name, e.On))
			}
		})
		list <- all
	}()
	return list
}

func TestSerialTellsTheHostsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{}
		l := newSerialLine(a)
		list := follow(l)
		a.host(func() {}) // low at first: nothing is told
		a.host(func() { a.inputs = serial.ModemStatusBits{DSR: true, CTS: true} })
		a.host(func() { a.inputs.DCD, a.inputs.RI = true, true }) // not wired to anything
		a.host(func() { a.inputs.CTS = false })
		a.host(func() { a.inputs.CTS = true })
		a.host(func() { a.inputs.DSR, a.inputs.CTS = false, false })
		closed(t, l)
		want := []string{"dtr true", "rts true", "rts false", "rts true", "dtr false", "rts false"}
		if got := <-list; !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestSerialLinesThatAreUpAtFirstAreNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{inputs: serial.ModemStatusBits{DSR: true, CTS: true}}
		l := newSerialLine(a)
		list := follow(l)
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
		if err := l.setSignals(s); err != nil {
			t.Error(err)
		}
		if a.dtr != s.DCD || a.rts != s.CTS {
			t.Errorf("%+v: DTR %v, RTS %v, want DCD and CTS", s, a.dtr, a.rts)
		}
	}
	if a.drains != 4 {
		t.Errorf("the output was awaited %d times before 4 changes", a.drains)
	}
	closed(t, l)
	if err := l.setSignals(Signals{DCD: true}); err != net.ErrClosed || a.dtr {
		t.Errorf("after Close: %v, want net.ErrClosed; DTR %v", err, a.dtr)
	}
}

func TestSerialWithoutLinesIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{bare: true}
		l := newSerialLine(a)
		list := follow(l)
		a.host(func() {})
		if err := l.setSignals(Signals{DCD: true}); err != nil {
			t.Error(err)
		}
		closed(t, l)
		if got := <-list; got != nil {
			t.Errorf("events %q of a device without lines", got)
		}
		if a.asked != 1 {
			t.Errorf("a device without lines was asked for them %d times, want once", a.asked)
		}
	})
}
