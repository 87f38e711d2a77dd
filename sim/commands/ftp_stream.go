package commands

import (
	"context"
	"errors"
	"io"
	"net/textproto"
	"path"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
)

// ftpTransfer is what a download and an upload share as streams of data mode.
type ftpTransfer struct {
	state  *State
	engine Engine
	traits Traits
}

// transfer is the part of both.
func (c *Call) transfer(kind string) ftpTransfer {
	return ftpTransfer{state: c.State, engine: c.Engine, traits: Traits{
		Kind: kind, Name: c.FTP.Name, Path: path.Join("/", c.FTP.at(c.FTP.Name)), Offset: c.FTP.Restart, Size: -1,
		Events: StreamEvents{Data: scenarios.EventFTPData, Cut: scenarios.EventFTPCut, Done: scenarios.EventFTPDone},
	}}
}

// Left ends the transfer's part in the session: the next command of it waits
// for what the server still has to say. A control connection that was lost
// meanwhile is closed.
func (t *ftpTransfer) Left(_ Cause, settled <-chan struct{}) {
	f := &t.state.FTP
	if settled != nil {
		f.Settled = settled
	}
	f.TransferEnded()
	if f.Session == nil {
		return
	}
	select {
	case <-f.Session.Lost():
		t.engine.EndFTP()
	default:
	}
}

// An ftpDownload is the file of +AFTPRETR on its way to the host.
type ftpDownload struct {
	ftpTransfer
	*backend.Download
}

// download is the stream of the download that is ready.
func (c *Call) download() Stream {
	d := &ftpDownload{c.transfer("download"), c.FTP.Download}
	d.traits.ToHost, d.traits.Escape = true, EscapeAborts
	d.traits.Size = c.downloadSize()
	return d
}

// downloadSize is how many bytes the download has to bring, as far as the
// embedded server or +AFTPSIZE tells; -1: not known.
func (c *Call) downloadSize() int64 {
	f := &c.FTP
	size, known := c.FileSize(path.Join("/", f.at(f.Name)))
	if !known {
		size, known = f.Size, f.SizeKnown && f.SizeOf == f.at(f.Name)
	}
	if !known {
		return -1
	}
	return max(0, size-f.Restart)
}

func (d *ftpDownload) Traits() Traits { return d.traits }

// Write refuses: data mode drops what the host sends during a download.
func (*ftpDownload) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

func (d *ftpDownload) Finish(ctx context.Context) (string, error) {
	return lastLine(d.Download.Finish(ctx))
}

func (d *ftpDownload) Abort(Cause) (string, error) { return lastLine(d.Download.Abort()) }

// Result is NO CARRIER at the end of a file; of one that is not complete what
// data-loss says (FTP AT manual 1.6 lists both), and OK for the host's own
// escape sequence.
func (d *ftpDownload) Result(why Cause, err error) Final {
	switch {
	case why == Escaped:
		return OK
	case err != nil && d.state.Settings.DataLoss == scenarios.DataLossError:
		return Failed
	}
	return NoCarrier
}

// An ftpUpload is the file of +AFTPSTOR on its way to the server.
type ftpUpload struct {
	ftpTransfer
	*backend.Upload
}

// upload is the stream of the upload that is ready.
func (c *Call) upload() Stream {
	u := &ftpUpload{c.transfer("upload"), c.FTP.Upload}
	u.traits.FromHost, u.traits.Escape = true, EscapeFinishes
	u.traits.Events.Stored = scenarios.EventFTPStored
	return u
}

func (u *ftpUpload) Traits() Traits {
	t := u.traits
	t.Patience = u.state.Settings.FTPReply
	t.Swallow = u.state.Settings.UploadLoss == scenarios.UploadLossSwallow
	return t
}

// Read returns when the server takes nothing more.
func (u *ftpUpload) Read([]byte) (int, error) {
	<-u.Done()
	return 0, io.EOF
}

func (u *ftpUpload) Finish(ctx context.Context) (string, error) {
	return lastLine(u.Upload.Finish(ctx))
}

func (u *ftpUpload) Abort(Cause) (string, error) { return "", u.Upload.Abort() }

// Result is what follows the host's escape sequence: OK when the server took
// the file, ERROR when it refused, NO CARRIER without an answer. A server that
// is gone before it gives NO CARRIER.
func (u *ftpUpload) Result(why Cause, err error) Final {
	var refusal *textproto.Error
	switch {
	case why != Escaped:
		return NoCarrier
	case err == nil:
		return OK
	case errors.As(err, &refusal) && u.state.Settings.UploadRefused == scenarios.UploadRefusedOK:
		return OK
	case errors.As(err, &refusal):
		return Failed
	}
	return NoCarrier
}

// lastLine is the last line of a reply, if there is one.
func lastLine(reply backend.Reply, err error) (string, error) {
	if err != nil && len(reply.Lines) == 0 {
		return "", err
	}
	return reply.Last(), err
}
