package sim

import (
	"context"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
)

// An upload brings what the host sends to the server.
type upload struct {
	sink    *backend.Upload
	queue   *byteQueue
	emptied chan struct{} // closed when what was in the queue has gone to the server
	whole   bool          // set before the queue is closed: the host has sent all of the file
	swallow bool          // the server is gone: input is dropped until the escape sequence
}

func newUpload(sink *backend.Upload) *upload {
	return &upload{sink: sink, queue: newByteQueue(highWater), emptied: make(chan struct{})}
}

// deliver writes to the server beside the owner, until the queue is closed:
// after the escape sequence the upload ends as complete, else whoever closed
// the queue resets it.
func (m *Modem) deliver(ctx context.Context, o *online) {
	buf := make([]byte, chunkSize)
	u := o.upload
	defer close(u.emptied)
	for {
		n := u.queue.take(o.chunk(buf))
		switch {
		case n == 0 && !u.whole:
			return
		case n == 0:
			u.sink.Finish(ctx) // awaitUpload has the answer too
			return
		}
		if _, err := u.sink.Write(buf[:n]); err != nil {
			return // awaitUpload sees it
		}
		o.pace(ctx, n)
	}
}

// lastWords is how long the bytes in front of a cut have to reach the server.
const lastWords = 200 * time.Millisecond

// abort resets an upload, behind the bytes that passed before: what the server
// has of a file that was cut must not depend on who was faster.
func (u *upload) abort() {
	select {
	case <-u.emptied:
	case <-time.After(lastWords):
	}
	u.sink.Abort()
}

// awaitUpload brings the end of an upload to the owner: after the host's escape
// sequence, or because the server is gone.
func (m *Modem) awaitUpload(ctx context.Context, o *online) {
	select {
	case <-o.upload.sink.Done():
	case <-ctx.Done():
		return
	}
	reply, err := o.upload.sink.Finish(ctx)
	m.post(func() {
		if o == m.online && !o.upload.swallow { // else it is over already
			m.uploadOver(o, reply, err)
		}
	})
}

// uploadOver leaves data mode. When the server is gone before the host's escape
// sequence, it leaves at once, and what the host sends next is command input;
// or, under upload-loss swallow, at the escape sequence.
func (m *Modem) uploadOver(o *online, reply backend.Reply, err error) {
	if o.ending {
		m.finished(o, reply, err)
		return
	}
	o.upload.queue.close()
	m.cut(o, lastWord(reply, err))
	if m.state.Settings.UploadLoss == scenarios.UploadLossSwallow {
		o.upload.swallow = true
		m.tellOutcome()
		return
	}
	m.endOnline(commands.NoCarrier)
}
