package port

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
)

func TestOfALinesIsItself(t *testing.T) {
	p := NewPipe()
	if Of(p) != Lines(p) {
		t.Error("Of a Pipe is not the Pipe")
	}
}

func TestOfAStream(t *testing.T) {
	modem, host := net.Pipe()
	l := Of(modem)
	out := event(t, l, Open).Host
	go func() {
		_, _ = io.WriteString(host, "AT\r")
		_, _ = io.ReadFull(host, make([]byte, 2))
		_ = host.Close()
	}()
	if e := event(t, l, Data); string(e.Data) != "AT\r" {
		t.Errorf("data %q", e.Data)
	}
	text(t, out, "OK")
	if got := shown(t, l); !slices.Equal(got, []string{"close"}) {
		t.Errorf("at the end %q, want a close", got)
	}
	text(t, out, "dropped")
	closed(t, modem)
}

func TestOfAStreamThatIsClosed(t *testing.T) {
	modem, host := net.Pipe()
	defer host.Close()
	l := Of(modem)
	closed(t, modem)
	if got := shown(t, l); !slices.Equal(got, []string{"open", "close"}) {
		t.Errorf("events %q", got)
	}
}

// broken is a stream that returns a text, then an error.
type broken struct {
	io.Reader
	err error
}

func (b *broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}
func (b *broken) Write([]byte) (int, error) { return 0, b.err }
func (b *broken) Close() error              { return nil }

func TestOfAStreamThatBreaks(t *testing.T) {
	err := errors.New("the cable is cut")
	l := Of(&broken{strings.NewReader("AT\r"), err})
	out := event(t, l, Open).Host
	event(t, l, Data)
	if _, got := out.Write([]byte("x")); !errors.Is(got, err) {
		t.Errorf("Write gave %v, want the stream's error", got)
	}
	event(t, l, Close)
	if _, got := l.Next(); !errors.Is(got, err) {
		t.Errorf("Next gave %v, want the stream's error", got)
	}
}
