package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Store starts an upload (STOR) on the port that [Session.Passive] got and at the
// offset that [Session.Restart] set; both are used up, also by a failure. The
// reply is the preliminary one. The session is busy until the upload's Finish or
// Abort.
func (s *Session) Store(ctx context.Context, name string) (*Upload, Reply, error) {
	c, offset, err := s.beginTransfer(ctx, "STOR", name)
	if err != nil {
		return nil, Reply{}, err
	}
	u := &Upload{s: s, started: make(chan struct{}), done: make(chan struct{}), end: newOnly()}
	u.source, u.pipe = io.Pipe()
	u.tail = &call{ctx: context.Background(), verb: "STOR", wait: s.o.FinalWait}
	s.mu.Lock()
	s.upload = u
	s.mu.Unlock()
	s.work.Go(func() { u.run(name, offset) })
	select {
	case <-u.started:
	case <-u.done:
	}
	if u.data == nil {
		s.release()
		return nil, c.replyTo(u.result), u.result
	}
	s.work.Go(u.listen)
	return u, c.shown, nil
}

// listen notices that the server has given the data connection up while there
// is nothing to write: on an upload it sends nothing itself.
func (u *Upload) listen() {
	defer close(u.data.silent)
	var b [1]byte
	for {
		if _, err := u.data.Conn.Read(b[:]); err != nil {
			if !u.data.closed.Load() {
				u.data.broken.Store(true)
				u.pipe.CloseWithError(fmt.Errorf("data connection: ended by the server: %w", err))
			}
			return
		}
	}
}

// Upload is a file on its way to the server. Write and Abort may run at the same
// time; otherwise one call at a time.
type Upload struct {
	s      *Session
	source *io.PipeReader // the library's end
	pipe   *io.PipeWriter // the caller's
	tail   *call          // what follows Store: the data and the final reply

	given   atomic.Int64 // bytes that Write has handed to the library
	written atomic.Int64 // of these, those that it has written: it has come back for more
	taken   int64        // of these, those that it has read; the library's goroutine alone
	begun   sync.Once
	started chan struct{} // the server has agreed
	data    *dataConn     // from then on
	done    chan struct{} // the library has returned
	result  error         // what it returned

	end   only // of Finish and Abort
	reply Reply
	err   error // of Finish
	cut   error // of Abort
}

// run is the library's side of the upload.
func (u *Upload) run(name string, offset int64) {
	defer close(u.done)
	u.result = u.s.lib.StorFrom(name, libraryEnd{u}, uint64(offset))
	u.source.CloseWithError(u.result)
}

// libraryEnd is the file as the library reads it. The first Read tells that the
// preliminary reply is in: the library does not read before.
type libraryEnd struct{ u *Upload }

func (l libraryEnd) Read(p []byte) (int, error) {
	l.u.begun.Do(func() {
		l.u.data = l.u.s.dataConn()
		l.u.data.upload = true
		l.u.data.agreed(l.u.s.wire.current().ctx)
		l.u.s.wire.begin(l.u.tail)
		close(l.u.started)
	})
	l.u.written.Store(l.u.taken)
	n, err := l.u.source.Read(p)
	l.u.taken += int64(n)
	return n, err
}

// Write sends a part of the file, waiting while the server does not take it, for
// [Options.DataIdle] at most. An error is the last word on the upload: the
// server's refusal, if it gave one.
func (u *Upload) Write(p []byte) (int, error) {
	n, err := u.pipe.Write(p)
	u.given.Add(int64(n))
	if errors.Is(err, io.ErrClosedPipe) && u.data.broken.Load() { // by listen; the library has the last word
		<-u.done
		err = u.result
	}
	return n, err
}

// Done is closed when nothing more can be sent: the upload was ended, or its
// connection is lost. Finish then tells what became of it.
func (u *Upload) Done() <-chan struct{} { return u.done }

// Finish ends the upload as complete: it closes the data connection and waits for
// the server's answer, for [Options.ReplyWait] at most. The file is stored when
// err is nil.
func (u *Upload) Finish(ctx context.Context) (Reply, error) {
	u.end.do(func() {
		defer u.s.release()
		u.s.wire.limit(u.s.o.ReplyWait)
		u.pipe.Close()
		select {
		case <-u.done:
			u.reply, u.err = u.tail.shown, u.result
			if !u.data.broken.Load() && completed(u.reply, u.result) {
				u.err = nil
			}
		case <-ctx.Done():
			u.err = fmt.Errorf("waiting for the reply to STOR: %w", ctx.Err())
			u.s.wire.end(fmt.Errorf("%w: gave up %w", ErrLost, u.err), true)
			u.data.reset()
			<-u.done
		}
	})
	return u.reply, u.err
}

// flushTime is how long Abort waits for what was written to reach the server.
const flushTime = 100 * time.Millisecond

// flush lets what was written reach the server, as far as can be seen and for a
// moment only: a reset drops what is under way.
func (u *Upload) flush() {
	unread := func() bool {
		c, ok := u.data.raw.(interface{ Unread() int })
		return ok && c.Unread() > 0
	}
	for end := time.Now().Add(flushTime); time.Now().Before(end); time.Sleep(time.Millisecond) {
		select {
		case <-u.done:
			return
		default:
		}
		if u.written.Load() == u.given.Load() && !unread() {
			return
		}
	}
}

// Abort ends the upload by a reset of the data connection, so that the server
// does not take it for complete, and waits [Options.FinalWait] for the reply, so
// that the session can go on. err is nil when one came; the file is incomplete
// whatever it says. After a Finish it does nothing.
func (u *Upload) Abort() error {
	u.end.do(func() {
		defer u.s.release()
		u.flush()
		u.data.reset()
		u.pipe.CloseWithError(errAborted)
		<-u.done
		u.reply, u.err = u.tail.shown, errAborted
		if u.reply.Code == 0 {
			u.cut = u.result
		}
	})
	return u.cut
}
