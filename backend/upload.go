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

// Store starts an upload (STOR) on the port from [Session.Passive] and at the
// offset from [Session.Restart]. Both are used up, even if it fails. The reply
// is the preliminary one. The session is busy until the upload's Finish or
// Abort.
func (s *Session) Store(ctx context.Context, name string) (*Upload, Reply, error) {
	c, offset, err := s.beginTransfer(ctx, "STOR", name)
	if err != nil {
		return nil, Reply{}, err
	}
	u := &Upload{s: s, started: make(chan struct{}), done: make(chan struct{}), end: newOnce()}
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

// listen reads the data connection to notice that the server has closed it
// while there is nothing to write. During an upload the server itself sends
// nothing.
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

// Upload is an upload in progress. Write and Abort may run at the same time;
// otherwise only one call may run at a time.
type Upload struct {
	s      *Session
	source *io.PipeReader // the library's end
	pipe   *io.PipeWriter // the caller's
	tail   *call          // the rest of the upload after Store: the data and the final reply

	given   atomic.Int64 // bytes that Write has handed to the library
	written atomic.Int64 // of these, bytes that the library has written to the connection
	taken   int64        // of these, bytes that the library has read; used by its goroutine alone
	begun   sync.Once
	started chan struct{} // the server has agreed
	data    *dataConn     // set before started is closed
	done    chan struct{} // the library has returned
	result  error         // what it returned

	end   once // of Finish and Abort
	reply Reply
	err   error // of Finish
	cut   error // of Abort
}

// run runs the library's side of the upload.
func (u *Upload) run(name string, offset int64) {
	defer close(u.done)
	u.result = u.s.lib.StorFrom(name, libraryEnd{u}, uint64(offset))
	u.source.CloseWithError(u.result)
}

// libraryEnd is the file as the library reads it. Its first Read shows that the
// preliminary reply has come: the library does not read before.
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

// Write sends a part of the file. It waits at most [Options.DataIdle] for a
// server that does not take it. An error is final for the upload; it is the
// server's refusal if there is one.
func (u *Upload) Write(p []byte) (int, error) {
	n, err := u.pipe.Write(p)
	u.given.Add(int64(n))
	// listen has closed the pipe, and the library knows the reason.
	if errors.Is(err, io.ErrClosedPipe) && u.data.broken.Load() {
		<-u.done
		err = u.result
	}
	return n, err
}

// Done returns a channel that is closed when nothing more can be sent: the
// upload was ended, or its connection is lost. Finish then returns the result.
func (u *Upload) Done() <-chan struct{} { return u.done }

// Finish ends the upload as complete: it closes the data connection and waits
// at most [Options.ReplyWait] for the server's reply. If err is nil, the file
// is stored.
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

// flush waits until what was written has reached the server, as far as that can
// be seen, and at most for flushTime. Without it a reset would drop what is
// under way.
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
// does not take it for complete, and waits at most [Options.FinalWait] for the
// reply, so that the session can go on. err is nil if one came; the file is
// incomplete whatever the reply says. After Finish it does nothing.
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
