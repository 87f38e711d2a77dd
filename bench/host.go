//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// A host is the program at the other end of a pty. Both sides of a case have the same one.
type host struct {
	*process
	tty *os.File
	buf []byte
}

// connect starts a program that prints the path of a pty, and opens the pty.
func connect(ctx context.Context, program string, args ...string) (*host, error) {
	p, err := start(ctx, program, args...)
	if err != nil {
		return nil, err
	}
	// os.Open would read through the runtime's poller, which costs a host more than a blocking read
	// and hides the difference between the sides.
	fd, err := syscall.Open(p.first, syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_CLOEXEC, 0)
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w", p.first, err)
	}
	return &host{process: p, tty: os.NewFile(uintptr(fd), p.first), buf: make([]byte, 64<<10)}, nil
}

func (h *host) close() {
	h.stop()
	_ = h.tty.Close() // nothing can be lost
}

func (h *host) send(text string) error {
	_, err := io.WriteString(h.tty, text)
	return err
}

// expect reads text and nothing else.
func (h *host) expect(text string) error {
	got := h.buf[:len(text)]
	n, err := io.ReadFull(h.tty, got)
	if err != nil {
		return fmt.Errorf("waiting for %q: %q: %w", text, got[:n], err)
	}
	if string(got) != text {
		return fmt.Errorf("got %q, want %q", got, text)
	}
	return nil
}

// skip reads size bytes.
func (h *host) skip(size int) error {
	for size > 0 {
		n, err := h.tty.Read(h.buf[:min(size, len(h.buf))])
		if err != nil {
			return err
		}
		size -= n
	}
	return nil
}

// give writes size bytes.
func (h *host) give(size int) error {
	clear(h.buf)
	for size > 0 {
		n, err := h.tty.Write(h.buf[:min(size, len(h.buf))])
		if err != nil {
			return err
		}
		size -= n
	}
	return nil
}

// command sends a command line to a modem without echo and reads up to OK.
func (h *host) command(line string) error {
	if err := h.send(line + "\r"); err != nil {
		return err
	}
	var answer string
	for !strings.HasSuffix(answer, "\r\nOK\r\n") {
		n, err := h.tty.Read(h.buf)
		if err != nil {
			return fmt.Errorf("%s: %q: %w", line, answer, err)
		}
		answer += string(h.buf[:n])
		if strings.HasSuffix(answer, "ERROR\r\n") {
			return fmt.Errorf("%s: %q", line, answer)
		}
	}
	return nil
}
