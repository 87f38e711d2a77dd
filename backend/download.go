package backend

import (
	"context"
	"fmt"
	"io"

	"github.com/jlaffaye/ftp"
)

// Retrieve starts a download (RETR) on the port from [Session.Passive] and at
// the offset from [Session.Restart]. Both are used up, even if it fails. The
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
	return &Download{s: s, data: data, ended: newOnce()}, c.shown, nil
}

// beginTransfer starts a call that uses up the port and the offset, which it returns.
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

// Download is a download in progress. Read and Abort may run at the same time;
// otherwise only one call may run at a time.
type Download struct {
	s    *Session
	data *ftp.Response
	end  bool // all data was read

	ended once // Finish or Abort
	reply Reply
	err   error // of Finish
	cut   error // of Abort
}

// Read reads the file. [io.EOF] means that the data connection has ended, not
// that the file is complete: a server that dies looks the same. A Read waits at
// most [Options.DataIdle].
func (d *Download) Read(p []byte) (int, error) {
	n, err := d.data.Read(p)
	d.end = d.end || err == io.EOF
	return n, err
}

// Finish ends the download after Read has returned [io.EOF]. It waits at most
// [Options.FinalWait] for the server's reply. If err is nil, the server has
// confirmed that the file is complete. Before the end of the data, Finish
// aborts the download and returns [ErrState].
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

// Abort ends the download by closing its connection and waits at most
// [Options.FinalWait] for the server's reply. err is nil if one came, whatever
// it says; the file is incomplete in any case. After Finish it does nothing.
func (d *Download) Abort() (Reply, error) {
	d.ended.do(func() {
		d.reply, d.cut = d.close(context.Background())
		d.err = errAborted
	})
	return d.reply, d.cut
}

// close closes the data connection and waits for the final reply. An error
// means that none came.
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

// replyTo returns the reply that explains a failed transfer command: its own,
// or the reply to the REST before it if that was refused.
func (c *call) replyTo(err error) Reply {
	if c.shown.Code == 0 && isRefusal(err) {
		return c.last
	}
	return c.shown
}
