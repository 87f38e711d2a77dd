package golibs

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/warthog618/modem/at"
	"github.com/warthog618/modem/gsm"
	"github.com/warthog618/sms"
)

// The library on a tty activates a context and gets a file's size and preliminary reply. It has no
// data mode.
func TestWarthog(t *testing.T) {
	files := t.TempDir()
	if err := os.WriteFile(filepath.Join(files, "hello.txt"), []byte("Hello.\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tty := openSerial(t, startModemsim(t, "--files", files))
	a := at.New(tty, at.WithTimeout(30*time.Second))
	defer wait(t, a, tty)
	if err := a.Init(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		info    string // the last line before OK
	}{
		{"+CSQ", "+CSQ: 25,99"},
		{"+AIPA=1", "+AIPA: 1,192.0.2.66,0"},
		{`+AFTPO="192.0.2.1",21,"user","secret"`, "+AFTPO: Login On"},
		{"+AFTPTYPE=0", "+AFTPTYPE: 0"},
		{`+AFTPSIZE="hello.txt"`, "+AFTPSIZE: 8"},
		{"+AFTPPASV=1", "+AFTPPASV: 1"},
		{`+AFTPRETR="hello.txt"`, `+AFTPRETR: "hello.txt" File Data Ready`},
		{"+AFTPC", "+AFTPC: 0"},
		{"+AIPA=0", "+AIPA: 0,0"},
	} {
		info, err := a.Command(c.command)
		if err != nil || len(info) == 0 || !alike(info[len(info)-1], c.info) {
			t.Errorf("AT%s: %q, %v; want %q", c.command, info, err, c.info)
		}
	}
}

// alike compares two answers, ignoring the seconds of +AIPA.
func alike(got, want string) bool {
	return got == want || strings.HasPrefix(want, "+AIPA: ") && strings.HasPrefix(got, want[:strings.LastIndex(want, ",")])
}

// wait closes the wire and waits until the library has stopped reading.
func wait(t *testing.T, a *at.AT, wire io.Closer) {
	t.Helper()
	if err := wire.Close(); err != nil {
		t.Error(err)
	}
	<-a.Closed()
}

// The library runs in a testing/synctest bubble, where its timeouts and the modem's delays pass at
// once.
func TestWarthogInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newBubble(t)

		if err := a.Init(); err != nil {
			t.Fatal(err)
		}
		if info, err := a.Command("+CSQ"); err != nil || !slices.Equal(info, []string{"+CSQ: 25,99"}) {
			t.Errorf("AT+CSQ: %q, %v", info, err)
		}
		if _, err := a.Command("+BOGUS"); !errors.Is(err, at.ErrError) {
			t.Errorf("AT+BOGUS: %v, want ERROR", err)
		}

		// Activating the context takes seconds.
		if _, err := a.Command("+AIPA=1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if info, err := a.Command("+AIPA?"); err != nil || !slices.Equal(info, []string{"+AIPA: 1,192.0.2.66,3600"}) {
			t.Errorf("AT+AIPA?: %q, %v", info, err)
		}

		// Unsolicited lines come between commands.
		notices := make(chan []string, 1)
		if err := a.AddIndication("+CREG:", func(lines []string) { notices <- lines }); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Command("+CREG=1"); err != nil {
			t.Fatal(err)
		}
		if err := m.Do("set network roaming"); err != nil {
			t.Fatal(err)
		}
		if lines := <-notices; !slices.Equal(lines, []string{"+CREG: 5"}) {
			t.Errorf("notice %q", lines)
		}

		// Errors have a name, which the module quotes.
		if _, err := a.Command("+CMEE=2"); err != nil {
			t.Fatal(err)
		}
		if err := m.Do("set network searching"); err != nil {
			t.Fatal(err)
		}
		var cme at.CMEError
		if _, err := a.Command("+CGATT=1"); !errors.As(err, &cme) || cme != `"no network service"` {
			t.Errorf("AT+CGATT=1 without a network: %v", err)
		}

		// The modem does not answer.
		if err := m.Do("power off"); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := a.Command("", at.WithTimeout(time.Minute)); !errors.Is(err, at.ErrDeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("AT to a modem that is off: %v after %v", err, time.Since(start))
		}
	})
}

// newBubble starts a modem and the library on a wire in memory, until the end of the test.
func newBubble(t *testing.T) (*sim.Modem, *at.AT) {
	t.Helper()
	wire := port.NewPipe()
	m, err := sim.New(wire)
	if err != nil {
		t.Fatal(err)
	}
	host := wire.Dial()
	a := at.New(host)
	t.Cleanup(func() {
		wait(t, a, host)
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, a
}

// The library's GSM layer begins with +CMGF and sends a PDU at the prompt of +CMGS. What it sends
// to the modem's own number is there to be read.
func TestWarthogShortMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a := newBubble(t)
		g := gsm.New(a)
		if err := g.Init(); err != nil {
			t.Fatal("Init:", err)
		}
		pdus, err := sms.Encode([]byte("hello"), sms.To(scenarios.Default().Number))
		if err != nil || len(pdus) != 1 {
			t.Fatalf("%d PDUs, %v", len(pdus), err)
		}
		pdu, err := pdus[0].MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if reference, err := g.SendPDU(pdu); err != nil || reference == "" {
			t.Errorf("SendPDU: reference %q, %v", reference, err)
		}
		synctest.Wait()
		stored, err := a.Command("+CPMS?")
		if err != nil || len(stored) != 1 || !strings.HasPrefix(stored[0], `+CPMS: "SM",1,`) {
			t.Errorf("AT+CPMS?: %q, %v; want one message", stored, err)
		}
	})
}
