package port

import (
	"fmt"
	"io"
	"testing"
)

func show(e Event) string {
	switch e.Kind {
	case Data:
		return fmt.Sprintf("data %q", e.Data)
	case Open:
		return "open"
	case Close:
		return "close"
	case DTR:
		return fmt.Sprintf("dtr %v", e.On)
	case Speed:
		return fmt.Sprintf("speed %d", e.Baud)
	case Break:
		return "break"
	}
	return fmt.Sprintf("kind %d", e.Kind)
}

// shown is what Next gives until it ends, neighbouring bytes as one.
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
