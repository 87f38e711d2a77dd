package sim

import (
	"context"
	"errors"
	"net/textproto"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// An upload brings what the host sends to the server.
type upload struct {
	sink    *backend.Upload
	queue   *byteQueue
	whole   bool // set before the queue is closed: the host has sent all of the file
	swallow bool // the server is gone: input is dropped until the escape sequence
}

func newUpload(sink *backend.Upload) *upload {
	return &upload{sink: sink, queue: newByteQueue()}
}

// deliver writes to the server beside the owner, until the queue is closed:
// after the escape sequence the upload ends as complete, else whoever closed
// the queue resets it.
func (m *Modem) deliver(ctx context.Context, o *online) {
	buf := o.chunk()
	u := o.upload
	for {
		n := u.queue.take(buf)
		if ctx.Err() != nil || n == 0 && !u.whole {
			return
		}
		if n == 0 {
			reply, err := u.sink.Finish(ctx)
			m.post(func() { m.uploadEnded(o, reply, err) })
			return
		}
		if _, err := u.sink.Write(buf[:n]); err != nil {
			u.queue.close()
			u.queue.discard()
			reply, finishErr := u.sink.Finish(ctx)
			m.post(func() { m.uploadLost(o, reply, cause(finishErr, err)) })
			return
		}
		o.pace(ctx, n)
	}
}

// cause prefers the server's refusal to the broken connection that it made.
func cause(finish, write error) error {
	var refusal *textproto.Error
	if errors.As(finish, &refusal) {
		return finish
	}
	return write
}

// uploadEnded leaves data mode after the host's escape sequence.
func (m *Modem) uploadEnded(o *online, reply backend.Reply, err error) {
	if o == m.online {
		m.finished(o, reply, err)
	}
}

// uploadLost leaves data mode because the server is gone: at once, and what
// the host sends next is command input; or, under upload-loss swallow, at the
// host's escape sequence.
func (m *Modem) uploadLost(o *online, reply backend.Reply, err error) {
	switch {
	case o != m.online:
	case o.ending: // the escape sequence is there already
		m.finished(o, reply, err)
	case m.state.Settings.UploadLoss == scenarios.UploadLossSwallow:
		m.cut(o, answer(reply, err))
		o.upload.swallow = true
	default:
		m.cut(o, answer(reply, err))
		m.endOnline(commands.NoCarrier)
	}
}
