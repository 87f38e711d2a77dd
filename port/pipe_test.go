package port

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestPipeEventsInOrder(t *testing.T) {
	p := NewPipe()
	h := p.Dial()
	text(t, h, "AT")
	text(t, h, "\r")
	h.SetSpeed(9600)
	h.SetSpeed(9600)
	h.Break()
	h.SetDTR(false)
	h.SetSpeed(0) // DTR is low already
	h.SetDTR(true)
	h.SetSpeed(9600)
	second := p.Dial()
	text(t, h, "a")
	closed(t, h)
	text(t, second, "b")
	closed(t, second)
	closed(t, second)
	closed(t, p.Dial())
	closed(t, p)
	want := []string{"open", `data "AT\r"`, "speed 9600", "break", "dtr false", "dtr true", `data "ab"`, "close", "open", "close"}
	if got := shown(t, p); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestPipeOutput(t *testing.T) {
	p := NewPipe()
	text(t, p, "nobody")
	first := p.Dial()
	toFirst := event(t, p, Open).Host
	text(t, toFirst, "unread")
	closed(t, first)
	event(t, p, Close)
	second := p.Dial()
	toSecond := event(t, p, Open).Host
	text(t, toFirst, "late")
	text(t, toSecond, "one ")
	text(t, p, "two")
	read(t, second, "one two")
	text(t, p, "left")
	closed(t, p)
	read(t, second, "left")
	if n, err := second.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("host's Read after the modem's Close: %d, %v, want EOF", n, err)
	}
	for _, w := range []io.Writer{p, toSecond} {
		if _, err := w.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Write after Close: %v, want net.ErrClosed", err)
		}
	}
	if _, err := second.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("host's Write after the modem's Close: %v, want io.ErrClosedPipe", err)
	}
	closed(t, second)
	if _, err := second.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read after the host's own Close: %v, want net.ErrClosed", err)
	}
}

func TestPipePushesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPipe()
		h := p.Dial()
		out := event(t, p, Open).Host
		big := bytes.Repeat([]byte("0123456789"), 10<<10)
		var toHost, toModem int
		go func() { toHost, _ = out.Write(big) }()
		go func() { toModem, _ = h.Write(big) }()
		synctest.Wait()
		if toHost != 0 || toModem != 0 {
			t.Fatal("a Write of 100 KiB did not wait")
		}
		if got := len(p.toHost); got != toHostLimit {
			t.Errorf("%d bytes wait for the host, want %d", got, toHostLimit)
		}
		b := make([]byte, 8192)
		if n, err := h.Read(b); n != hostReadMax || err != nil || !bytes.Equal(b[:n], big[:n]) {
			t.Errorf("host's Read gave %d, %v, want %d", n, err, hostReadMax)
		}
		var got []byte
		for len(got) < len(big) {
			e := event(t, p, Data)
			if len(e.Data) > toModemLimit {
				t.Errorf("%d bytes waited for the modem, want at most %d", len(e.Data), toModemLimit)
			}
			got = append(got, e.Data...)
		}
		if !bytes.Equal(got, big) {
			t.Error("other bytes came than the host wrote")
		}
		closed(t, h)
		synctest.Wait()
		if toHost != len(big) || toModem != len(big) {
			t.Errorf("Writes gave %d and %d, want %d: the closed host's rest is dropped", toHost, toModem, len(big))
		}
	})
}

func TestPipeCloseWakesEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPipe()
		h := p.Dial()
		out := event(t, p, Open).Host
		big := make([]byte, 1<<20)
		results := make(chan error, 3)
		go func() { _, err := out.Write(big); results <- err }()
		go func() { _, err := h.Write(big); results <- err }()
		synctest.Wait()
		closed(t, p)
		if a, b := <-results, <-results; !errors.Is(errors.Join(a, b), net.ErrClosed) || !errors.Is(errors.Join(a, b), io.ErrClosedPipe) {
			t.Errorf("blocked Writes gave %v and %v", a, b)
		}
		go func() { _, err := io.Copy(io.Discard, p); results <- err }()
		if err := <-results; err != nil {
			t.Errorf("Read to the end: %v", err)
		}
	})
}

// Settle waits until what the hosts did has been taken, at most for a second.
func TestPipeSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPipe()
		defer p.Close()
		host := p.Dial()
		host.Write([]byte("AT\r"))
		host.Close()
		begun := time.Now()
		p.Settle() // nobody takes it
		if waited := time.Since(begun); waited != time.Second {
			t.Errorf("without a reader it waited %s", waited)
		}
		var taken []Kind
		go func() {
			for {
				e, err := p.Next()
				if err != nil {
					return
				}
				time.Sleep(time.Millisecond)
				taken = append(taken, e.Kind)
			}
		}()
		p.Settle()
		if want := []Kind{Open, Data, Close}; !slices.Equal(taken, want) {
			t.Errorf("taken %v, want %v", taken, want)
		}
	})
}
