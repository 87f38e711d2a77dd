package port

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// answerLines answers each line N of a host with "ok N" and checks the order of the events; it ends
// when cycles hosts have closed.
func answerLines(w *wire, cycles int) error {
	var out io.Writer
	var line []byte
	for closed := 0; closed < cycles; {
		e := w.next()
		switch {
		case e.Kind == Open && out == nil:
			out = e.Host
		case e.Kind == Close && out != nil:
			if len(line) > 0 {
				return fmt.Errorf("cycle %d: %q is left at the close", closed, line)
			}
			out = nil
			closed++
		case e.Kind == Data && out != nil:
			line = append(line, e.Data...)
			for n := bytes.IndexByte(line, '\r'); n >= 0; n = bytes.IndexByte(line, '\r') {
				if _, err := fmt.Fprintf(out, "ok %s\r\n", line[:n]); err != nil {
					return err
				}
				line = line[n+1:]
			}
		default:
			return fmt.Errorf("cycle %d: %s while open is %v", closed, show(e), out != nil)
		}
	}
	return nil
}

// openAndAsk does what one host program does: it opens the tty, has a few lines answered, and
// closes it.
func openAndAsk(path string, cycle int) error {
	host, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	if err := host.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for i := range 2 {
		if _, err := fmt.Fprintf(host, "%d.%d\r", cycle, i); err != nil {
			return err
		}
		want := fmt.Sprintf("ok %d.%d\r\n", cycle, i)
		got := make([]byte, len(want))
		if n, err := io.ReadFull(host, got); err != nil || string(got) != want {
			return fmt.Errorf("cycle %d: read %q, %v, want %q", cycle, got[:n], err, want)
		}
	}
	return host.Close()
}

func TestPTYCycles(t *testing.T) {
	t.Run("idle", func(t *testing.T) { cycle(t, 1000) })
	t.Run("busy", func(t *testing.T) {
		burn(t)
		cycle(t, 150) // each takes some of the scheduler's 10 ms slices
	})
}

func cycle(t *testing.T, cycles int) {
	w := openWire(t, PTYOptions{})
	before := w.runs()
	hosts := make(chan error, 1)
	go func() {
		for i := range cycles {
			if err := openAndAsk(w.Path(), i); err != nil {
				hosts <- err
				return
			}
		}
		hosts <- nil
	}()
	if err := answerLines(w, cycles); err != nil {
		t.Error(err)
	}
	if err := <-hosts; err != nil {
		t.Error(err)
	}
	if n := (w.runs() - before) / cycles; n > 20 {
		t.Errorf("the pump ran %d times a cycle, want a few", n)
	}
}

// burn keeps all processors busy until the test ends.
func burn(t *testing.T) {
	var stop atomic.Bool
	var burning sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		burning.Go(func() {
			for !stop.Load() {
			}
		})
	}
	t.Cleanup(func() {
		stop.Store(true)
		burning.Wait()
	})
}

func TestPTYBytesStandBeforeTheClose(t *testing.T) {
	w := openWire(t, PTYOptions{})
	for i := range 500 {
		words := fmt.Sprintf("%d %s", i, strings.Repeat("x", 40*i))
		host := w.dial()
		go func() {
			_, _ = io.WriteString(host, words) // wantData misses it when it fails
			_ = host.Close()
		}()
		w.want("open")
		w.wantData(words)
		w.want("close")
	}
}

func TestPTYUnreadOutputIsNotForTheNextHost(t *testing.T) {
	w := openWire(t, PTYOptions{})
	for i := range 300 {
		host := w.dial()
		old := w.want("open").Host
		stop := make(chan struct{})
		var writing sync.WaitGroup
		writing.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = io.WriteString(old, "unread ")
				}
			}
		})
		read(t, host, "unread unread ")
		closed(t, host)
		w.want("close")
		host = w.dial()
		out := w.want("open").Host
		line := fmt.Sprintf("for host %d", i)
		text(t, out, line)
		read(t, host, line)
		close(stop)
		writing.Wait()
		closed(t, host)
		w.want("close")
	}
}

func TestPTYFloodToASlowHost(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	out := w.want("open").Host
	sent := flood()
	written := make(chan error, 1)
	go func() {
		_, err := out.Write(sent)
		written <- err
	}()
	got := make([]byte, 0, len(sent))
	for len(got) < len(sent) {
		n, err := host.Read(got[len(got):min(cap(got), len(got)+rand.IntN(9000)+1)])
		if err != nil {
			t.Fatalf("after %d bytes: %v", len(got), err)
		}
		got = got[:len(got)+n]
		runtime.Gosched()
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	if !bytes.Equal(got, sent) {
		t.Error("the host got other bytes than were sent")
	}
}

func TestPTYFloodFromTheHost(t *testing.T) {
	w := openWire(t, PTYOptions{})
	host := w.dial()
	w.want("open")
	sent := flood()
	written := make(chan error, 1)
	go func() {
		_, err := host.Write(sent)
		written <- err
	}()
	var got []byte
	for len(got) < len(sent) {
		e := w.next()
		if e.Kind != Data {
			t.Fatalf("event %s after %d bytes", show(e), len(got))
		}
		if len(e.Data) > 2*pendingMax {
			t.Fatalf("%d bytes were held", len(e.Data))
		}
		got = append(got, e.Data...)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	if !bytes.Equal(got, sent) {
		t.Error("other bytes came than the host sent")
	}
}

// flood returns 10 MiB in which no piece is like another.
func flood() []byte {
	b := make([]byte, 10<<20)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // never fails
	return b
}
