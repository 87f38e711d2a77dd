package backend

import (
	"context"
	"fmt"
	"io"

	"github.com/jlaffaye/ftp"
)

// Retrieve starts a download (RETR) on the port that [Session.Passive] got and at
// the offset that [Session.Restart] set; both are used up, also by a failure. The
// reply is the preliminary one. The session is busy until the download's Finish
// or Abort.
func (s *Session) Retrieve(ctx context.Context, name string) (*Download, Reply, error) {
	c, offset, err := s.beginTransfer(ctx, "RETR", name)
	if err != nil {
		return nil, Reply{}, err
	}
	data, err := s.lib.RetrFrom(name, uint64(offset))
	if err != nil {
		s.release()
		return nil, c.replyTo(err), err
	}
	s.dataConn().agreed(ctx)
	return &Download{s: s, data: data, ended: newOnly()}, c.shown, nil
}

// beginTransfer starts a call that uses up the port and the offset.
func (s *Session) beginTransfer(ctx context.Context, verb, name string) (*call, int64, error) {
	c, err := s.begin(ctx, verb, name)
	if err != nil {
		return nil, 0, err
	}
	if !s.wire.isPrimed("PASV") {
		s.release()
		return nil, 0, fmt.Errorf("%w: %s before PASV", ErrState, verb)
	}
	offset := s.restart
	s.restart = 0
	return c, offset, nil
}

// Download is a file on its way from the server. Read and Abort may run at the
// same time; otherwise one call at a time.
type Download struct {
	s    *Session
	data *ftp.Response
	end  bool // of the data

	ended only // Finish or Abort
	reply Reply
	err   error // of Finish
	cut   error // of Abort
}

// Read reads the file. [io.EOF] says that the data connection has ended and
// nothing about the file being whole: a server that dies looks the same. One Read
// waits [Options.DataIdle] at most.
func (d *Download) Read(p []byte) (int, error) {
	n, err := d.data.Read(p)
	d.end = d.end || err == io.EOF
	return n, err
}

// Finish ends the download after Read has given [io.EOF]. The file is complete
// when err is nil: the server has said so. The reply is awaited for
// [Options.FinalWait]. Before the end of the data it is an Abort with [ErrState].
func (d *Download) Finish(ctx context.Context) (Reply, error) {
	d.ended.do(func() {
		d.reply, d.err = d.close(ctx)
		switch {
		case d.err == nil && !d.end:
			d.err = fmt.Errorf("%w: download not read to its end", ErrState)
		case d.err == nil && d.reply.Code/100 != 2:
			d.err = refusal(d.reply)
		}
	})
	return d.reply, d.err
}

// Abort ends the download by closing its connection and waits
// [Options.FinalWait] for the server's reply, whatever it be. err is nil when one
// came; the file is incomplete in any case. After a Finish it does nothing.
func (d *Download) Abort() (Reply, error) {
	d.ended.do(func() {
		d.reply, d.cut = d.close(context.Background())
		d.err = errAborted
	})
	return d.reply, d.cut
}

// close closes the data connection and awaits the final reply; an error means
// that none came.
func (d *Download) close(ctx context.Context) (Reply, error) {
	defer d.s.release()
	c := &call{ctx: ctx, verb: "RETR", wait: d.s.o.FinalWait}
	d.s.wire.begin(c)
	err := d.data.Close()
	if c.shown.Code == 0 {
		return Reply{}, err
	}
	return c.shown, nil
}

// replyTo is the reply that goes with a failed transfer command: its own, or that
// to the REST before it when this is what was refused.
func (c *call) replyTo(err error) Reply {
	if c.shown.Code == 0 && isRefusal(err) {
		return c.last
	}
	return c.shown
}
