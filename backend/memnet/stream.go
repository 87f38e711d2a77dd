package memnet

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// streamSize is how many bytes one direction holds before its writer waits.
const streamSize = 64 << 10

// stream is one direction of a connection: a ring buffer with a reader's and a writer's side.
type stream struct {
	mu    sync.Mutex
	cond  sync.Cond
	ring  []byte // nil until the first write, then streamSize bytes
	start int    // index of the oldest byte
	held  int    // bytes not read yet

	readErr  error // why reading is over; io.EOF lets the held bytes be read first
	writeErr error // why writing is over

	readDeadline, writeDeadline deadline
}

func newStream() *stream {
	s := &stream{}
	s.cond.L = &s.mu
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readErr != nil && s.readErr != io.EOF:
			return 0, s.readErr
		case s.readDeadline.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case s.held > 0:
			return s.take(p), nil
		case s.readErr != nil:
			return 0, s.readErr
		}
		s.cond.Wait()
	}
}

func (s *stream) unread() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}

func (s *stream) write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.writeErr != nil:
			return n, s.writeErr
		case s.writeDeadline.passed:
			return n, os.ErrDeadlineExceeded
		}
		n += s.put(p[n:])
		if n == len(p) {
			return n, nil
		}
		s.cond.Wait()
	}
}

// take moves buffered bytes into p, which is not empty, and wakes the writer.
func (s *stream) take(p []byte) int {
	n := min(len(p), s.held)
	first := copy(p[:n], s.ring[s.start:])
	copy(p[first:n], s.ring)
	s.start = (s.start + n) % streamSize
	s.held -= n
	s.cond.Broadcast()
	return n
}

// put takes as much of p as fits and wakes the reader.
func (s *stream) put(p []byte) int {
	n := min(len(p), streamSize-s.held)
	if n == 0 {
		return 0
	}
	if s.ring == nil {
		s.ring = make([]byte, streamSize)
	}
	end := (s.start + s.held) % streamSize
	first := copy(s.ring[end:], p[:n])
	copy(s.ring, p[first:n])
	s.held += n
	s.cond.Broadcast()
	return n
}

// closeWrite ends the stream after what it holds; later writes return err. It returns false if the
// writer had closed it before. A stream whose reader is gone counts as open here, since the writer
// has not closed it.
func (s *stream) closeWrite(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := !errors.Is(s.writeErr, net.ErrClosed)
	if open {
		s.writeErr = err
	}
	if s.readErr == nil {
		s.readErr = io.EOF
	}
	s.writeDeadline.stop()
	s.cond.Broadcast()
	return open
}

// closeRead drops what the stream holds and makes later writes return err. It returns false if the
// reader had closed it before.
func (s *stream) closeRead(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.readErr, net.ErrClosed) {
		return false
	}
	s.readErr = net.ErrClosed
	if s.writeErr == nil {
		s.writeErr = err
	}
	s.drop()
	return true
}

// reset drops what the stream holds and ends both sides. A side that was closed before keeps its
// error.
func (s *stream) reset(readErr, writeErr error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !errors.Is(s.readErr, net.ErrClosed) {
		s.readErr = readErr
	}
	if !errors.Is(s.writeErr, net.ErrClosed) {
		s.writeErr = writeErr
	}
	s.drop()
	s.writeDeadline.stop()
}

func (s *stream) drop() {
	s.ring, s.start, s.held = nil, 0, 0
	s.readDeadline.stop()
	s.cond.Broadcast()
}

func (s *stream) setReadDeadline(t time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.readErr, net.ErrClosed) {
		return false
	}
	s.readDeadline.set(t, &s.cond)
	return true
}

func (s *stream) setWriteDeadline(t time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.writeErr, net.ErrClosed) {
		return false
	}
	s.writeDeadline.set(t, &s.cond)
	return true
}

// deadline sets a flag and wakes waiters at a point in time. Its fields are guarded by the
// condition's lock.
type deadline struct {
	timer  *time.Timer
	passed bool
}

// set arms the deadline; the caller holds wake's lock.
func (d *deadline) set(t time.Time, wake *sync.Cond) {
	d.stop()
	d.passed = false
	if t.IsZero() {
		return
	}
	wait := time.Until(t)
	if wait <= 0 {
		d.passed = true
		wake.Broadcast()
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(wait, func() {
		wake.L.Lock()
		defer wake.L.Unlock()
		// A stopped timer's function may already be waiting for the lock and must not expire a
		// newer deadline.
		if d.timer == timer {
			d.passed = true
			wake.Broadcast()
		}
	})
	d.timer = timer
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
