package port

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// Bytes that a pty did not take would be waited for without end, so the port fails and says why.
func TestPTYFailsWhenBytesAreLost(t *testing.T) {
	p, err := OpenPTY(PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	host := (&wire{p, &tap{t: t}}).dial()
	if e, err := p.Next(); e.Kind != Open || err != nil {
		t.Fatalf("%s, %v, want an Open", show(e), err)
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	master, err := dup(p.file) // or the slave would be hung up
	if err == nil {
		err = unix.Dup3(ends[0], p.master, unix.O_CLOEXEC) // which cannot be written to
	}
	p.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("OK")); !errors.Is(err, unix.EBADF) {
		t.Errorf("Write: %v, want %v", err, unix.EBADF)
	}
	if e, err := p.Next(); !errors.Is(err, unix.EBADF) {
		t.Errorf("%s, %v, want %v", show(e), err, unix.EBADF)
	}
	for _, fd := range append(ends[:], master) {
		if err := unix.Close(fd); err != nil {
			t.Error(err)
		}
	}
	closed(t, host)
}
