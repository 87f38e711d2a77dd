package sim

import (
	"context"
	"errors"
	"io"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/sim/faults"
)

// chunkSize is how much of a file is under way from the server to the port at
// once, in bytes.
const chunkSize = 16 << 10

// A download brings a file from the server to the host, a chunk at a time:
// the next is read when the host's queue has room.
type download struct {
	source *backend.Download
	more   chan struct{} // the chunk has been taken
	held   func()        // takes the chunk that came in online command mode
}

func newDownload(source *backend.Download) *download {
	return &download{source: source, more: make(chan struct{}, 1)}
}

// fetch reads the file beside the owner. A clean end of the data says nothing:
// the server's final reply does.
func (m *Modem) fetch(ctx context.Context, o *online) {
	buf := make([]byte, chunkSize)
	d := o.download
	for {
		n, err := d.source.Read(o.chunk(buf))
		if n > 0 {
			m.post(func() { m.downloaded(o, buf[:n]) })
			select {
			case <-d.more:
			case <-ctx.Done():
				return
			}
			o.pace(ctx, n)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			reply, err := finishDownload(ctx, d.source, err)
			m.post(func() { m.downloadEnded(o, reply, err) })
			return
		}
	}
}

// finishDownload asks for the server's last word.
func finishDownload(ctx context.Context, source *backend.Download, err error) (backend.Reply, error) {
	if errors.Is(err, io.EOF) {
		return source.Finish(ctx)
	}
	reply, _ := source.Abort()
	return reply, err
}

// downloaded takes a chunk; the buffer is the fetching goroutine's again when
// it is told that there is room for more.
func (m *Modem) downloaded(o *online, chunk []byte) {
	switch {
	case o != m.online || o.ending:
		return
	case o.suspended:
		o.download.held = func() { m.downloaded(o, chunk) }
		return
	}
	m.flow(o, m.faults.Data(faults.ToHost, o.count, chunk), m.passer(o))
	if len(o.parked) > 0 {
		o.resume = func() { m.askMore(o) }
		return
	}
	m.askMore(o)
}

// askMore lets the next chunk be fetched when the host's queue has room.
func (m *Modem) askMore(o *online) {
	ask := func() { o.download.more <- struct{}{} }
	if m.writer == nil {
		ask()
		return
	}
	m.writer.queue.whenRoom(ask)
}

// downloadEnded leaves data mode after the last byte.
func (m *Modem) downloadEnded(o *online, reply backend.Reply, err error) {
	switch {
	case o != m.online || o.ending:
	case o.stalled > 0 || m.script.dead:
		o.resume = func() { m.downloadEnded(o, reply, err) }
	case o.suspended:
		o.download.held = func() { m.downloadEnded(o, reply, err) }
	default:
		m.finished(o, reply, err)
	}
}

// resumeDownload takes what came while online command mode held the stream.
func (m *Modem) resumeDownload() {
	o := m.online
	if o.download == nil || o.download.held == nil {
		return
	}
	held := o.download.held
	o.download.held = nil
	held()
}
