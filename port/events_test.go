package port

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

const patience = 20 * time.Second

// tap collects the events of a port under test.
type tap struct {
	t      *testing.T
	events chan Event // closed after io.EOF
}

// tapped starts to collect the events of a port, and closes it at the end of the test.
func tapped(t *testing.T, port interface {
	Lines
	io.Closer
}) *tap {
	w := &tap{t: t, events: make(chan Event)}
	go func() {
		defer close(w.events)
		for {
			e, err := port.Next()
			if err != nil {
				if err != io.EOF {
					t.Errorf("Next: %v", err)
				}
				return
			}
			w.events <- e
		}
	}()
	t.Cleanup(func() {
		if err := port.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		for range w.events {
		}
	})
	return w
}

// next returns the next event.
func (w *tap) next() Event {
	w.t.Helper()
	select {
	case e, ok := <-w.events:
		if !ok {
			w.t.Fatal("events ended")
		}
		return e
	case <-time.After(patience):
		w.t.Fatal("no event came")
	}
	panic("not reached")
}

// want takes the next event and compares it with want, written as by show.
func (w *tap) want(want string) Event {
	w.t.Helper()
	e := w.next()
	if got := show(e); got != want {
		w.t.Fatalf("event %s, want %s", got, want)
	}
	return e
}

// wantNotice takes a notice that ends with a text.
func (w *tap) wantNotice(end string) string {
	w.t.Helper()
	e := w.next()
	if e.Kind != Notice || !strings.HasSuffix(e.Text, end) || strings.Contains(e.Text, "\n") {
		w.t.Fatalf("event %s, want a notice of one line that ends with %q", show(e), end)
	}
	return e.Text
}

// wantData takes Data events until they hold as many bytes as want.
func (w *tap) wantData(want string) {
	w.t.Helper()
	var got []byte
	for len(got) < len(want) {
		e := w.next()
		if e.Kind != Data {
			w.t.Fatalf("event %s after %.40q, want %.40q", show(e), got, want)
		}
		got = append(got, e.Data...)
	}
	if string(got) != want {
		w.t.Fatalf("data %.40q, want %.40q", got, want)
	}
}

func show(e Event) string {
	switch e.Kind {
	case Data:
		return fmt.Sprintf("data %q", e.Data)
	case Open:
		return "open"
	case Shared:
		return "shared"
	case Close:
		return "close"
	case DTR:
		return fmt.Sprintf("dtr %v", e.On)
	case Speed:
		return fmt.Sprintf("speed %d", e.Baud)
	case Break:
		return "break"
	case RTS:
		return fmt.Sprintf("rts %v", e.On)
	case Format:
		return "format " + e.Format
	case Notice:
		return "notice " + e.Text
	}
	return fmt.Sprintf("kind %d", e.Kind)
}

// shown returns the events until the end, with successive Data events as one.
func shown(t *testing.T, l Lines) (list []string) {
	t.Helper()
	var data []byte
	for {
		e, err := l.Next()
		if e.Kind == Data {
			data = append(data, e.Data...)
			continue
		}
		if data != nil {
			list = append(list, show(Event{Kind: Data, Data: data}))
			data = nil
		}
		if err != nil {
			if err != io.EOF {
				t.Errorf("Next: %v", err)
			}
			return list
		}
		list = append(list, show(e))
	}
}

func text(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if n, err := io.WriteString(w, s); n != len(s) || err != nil {
		t.Fatalf("write %q: %d, %v", s, n, err)
	}
}

func read(t *testing.T, r io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v, want %q", got[:n], err, want)
	}
}

func closed(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func event(t *testing.T, l Lines, want Kind) Event {
	t.Helper()
	e, err := l.Next()
	if err != nil || e.Kind != want {
		t.Fatalf("event %v, %v, want kind %d", e, err, want)
	}
	return e
}
