package sim

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// errConnected ends a command line that entered data mode: CONNECT has been
// sent, and what ends data mode sends the next result.
var errConnected = errors.New("in data mode")

// An online is the transfer of data mode. Exactly one of download and upload
// is set. The owner forgets it when it ends; what its goroutines post
// afterwards finds another online, or none, and is dropped.
type online struct {
	download  *download
	upload    *upload
	escape    escape
	expire    *timer // decides about escape characters held back
	record    *dataRecord
	count     int64 // bytes that have passed
	name      string
	suspended bool // online command mode: the transfer waits (&D1)
	ending    bool // the last bytes and the server's answer are awaited
	cancel    context.CancelFunc
	perByte   time.Duration // how long a byte takes over the air, at least
}

// fieldByte is the time of a byte under timing field: 3 kB/s.
const fieldByte = time.Second / 3000

// pace waits as long as n bytes take over the air.
func (o *online) pace(ctx context.Context, n int) {
	if o.perByte == 0 {
		return
	}
	select {
	case <-time.After(time.Duration(n) * o.perByte):
	case <-ctx.Done():
	}
}

// chunk is how much goes over the air at once, in bytes: what makes a tenth of
// a second where there is a pace.
func (o *online) chunk() []byte {
	if o.perByte == 0 {
		return make([]byte, chunkSize)
	}
	return make([]byte, int(100*time.Millisecond/o.perByte))
}

// An ending is why a transfer is ended before its time.
type ending int

const (
	lost    ending = iota // the bearer is gone: NO CARRIER
	hungUp                // by DTR or H: OK
	dropped               // the module restarts or goes: no result
)

// inData reports whether bytes of the host are data.
func (m *Modem) inData() bool { return m.online != nil && !m.online.suspended }

// Online implements [commands.Engine]: CONNECT, 11 bytes whatever X says
// (FTP AT manual 1.6), and then the file.
func (m *Modem) Online() error {
	ctx, cancel := context.WithCancel(m.life)
	o := &online{
		escape:  escape{char: m.state.Active.S[2], guard: m.state.Settings.EscapeGuard, last: time.Now()},
		name:    m.state.FTP.Name,
		cancel:  cancel,
		perByte: m.fieldTime(fieldByte),
	}
	m.result(commands.Connect)
	m.lines.SetDCD(true)
	m.online = o
	if d := m.state.FTP.Download; d != nil {
		o.record = newDataRecord(m.transcript, '<')
		o.download = newDownload(d)
		m.beside(func() { m.fetch(ctx, o) })
	} else {
		o.record = newDataRecord(m.transcript, '>')
		o.upload = newUpload(m.state.FTP.Upload)
		m.beside(func() { m.deliver(ctx, o) })
	}
	return errConnected
}

// receiveData takes bytes of the host in data mode. The rest after an escape
// sequence is what the host sends next.
func (m *Modem) receiveData(p []byte) {
	o := m.online
	if o.ending {
		m.transcript.note("%d bytes lost, data mode is ending", len(p))
		return
	}
	data, rest, v := o.escape.feed(p, time.Now())
	m.passData(o, data)
	m.afterEscape(o, v)
	m.pending = append(rest, m.pending...)
}

// afterEscape acts on what the escape detector found.
func (m *Modem) afterEscape(o *online, v verdict) {
	if o.expire != nil {
		o.expire.stop()
		o.expire = nil
	}
	switch v {
	case holding:
		o.expire = m.timers.after(o.escape.wait(), func() {
			o.expire = nil
			if o != m.online || o.ending {
				return
			}
			data, v := o.escape.expire()
			m.passData(o, data)
			m.afterEscape(o, v)
		})
	case escaped:
		m.transcript.note("escape sequence after %d bytes", o.count)
		m.emit(Event{Kind: commands.EventEscape})
		m.escapeOnline(o)
	}
}

// escapeOnline ends the transfer by the host's escape sequence: an upload is
// complete by it, a download stops.
func (m *Modem) escapeOnline(o *online) {
	if o.upload != nil && o.upload.swallow {
		m.endOnline(commands.Failed)
		return
	}
	o.ending = true
	if o.upload != nil {
		o.upload.whole = true
		o.upload.queue.close()
		return
	}
	m.beside(func() {
		reply, err := o.download.source.Abort()
		o.cancel() // not before: it would take the control connection along
		m.post(func() {
			if o == m.online {
				m.cut(o, fmt.Sprintf("the host (server: %s)", answer(reply, err)))
				m.endOnline(commands.OK)
			}
		})
	})
}

// passData passes bytes of the host to the upload; in a download they are
// dropped.
func (m *Modem) passData(o *online, data []byte) {
	if len(data) == 0 {
		return
	}
	if o.upload == nil || o.upload.swallow {
		m.transcript.note("%d bytes of the host dropped", len(data))
		return
	}
	data = m.faults.Data(faults.FromHost, o.count, data)
	if limit := m.state.Settings.RxBuffer; limit > 0 {
		if room := max(0, limit-o.upload.queue.len()); len(data) > room {
			m.transcript.note("%d bytes lost, the receive buffer of %d bytes is full", len(data)-room, limit)
			data = data[:room]
		}
	}
	o.upload.queue.push(data)
	m.passed(o, data)
}

// passed counts and records bytes of the data stream.
func (m *Modem) passed(o *online, data []byte) {
	o.record.add(data)
	o.count += int64(len(data))
	m.emit(Event{Kind: commands.EventFTPData, Text: o.name, N: o.count})
}

// finished deals with a transfer that ran to its end: the server's answer
// decides whether it is complete.
func (m *Modem) finished(o *online, reply backend.Reply, err error) {
	if err != nil {
		m.cut(o, answer(reply, err))
	} else {
		m.transcript.note("%s complete: %d bytes, SHA-256 %s, server: %s", o.kind(), o.count, o.record.sum(), reply.Last())
		m.emit(Event{Kind: commands.EventFTPDone, Text: o.name, N: o.count})
		if o.upload != nil {
			m.emit(Event{Kind: commands.EventFTPStored, Text: o.name})
		}
	}
	if o.download != nil {
		m.endOnline(m.downloadResult(err))
	} else {
		m.endOnline(m.uploadResult(err))
	}
}

// cut records a transfer that did not complete.
func (m *Modem) cut(o *online, why string) {
	m.transcript.note("%s not complete: %d bytes, SHA-256 %s, ended by %s", o.kind(), o.count, o.record.sum(), why)
	m.emit(Event{Kind: commands.EventFTPCut, Text: o.name, N: o.count})
}

// kind is the transfer's direction in words.
func (o *online) kind() string {
	if o.download != nil {
		return "download"
	}
	return "upload"
}

// answer is the server's last word, or why there is none.
func answer(reply backend.Reply, err error) string {
	if err == nil || len(reply.Lines) > 0 {
		return reply.Last()
	}
	return err.Error()
}

// downloadResult is NO CARRIER at the end of a file; of one that is not
// complete what data-loss says (FTP AT manual 1.6 lists both).
func (m *Modem) downloadResult(err error) commands.Final {
	if err != nil && m.state.Settings.DataLoss == scenarios.DataLossError {
		return commands.Failed
	}
	return commands.NoCarrier
}

// uploadResult is what follows the host's escape sequence: OK when the server
// took the file, ERROR when it refused, NO CARRIER without an answer.
func (m *Modem) uploadResult(err error) commands.Final {
	var refusal *textproto.Error
	switch {
	case err == nil:
		return commands.OK
	case errors.As(err, &refusal) && m.state.Settings.UploadRefused == scenarios.UploadRefusedOK:
		return commands.OK
	case errors.As(err, &refusal):
		return commands.Failed
	}
	return commands.NoCarrier
}

// endOnline leaves data mode with a result.
func (m *Modem) endOnline(f commands.Final) {
	m.online.cancel()
	m.leaveOnline()
	m.result(f)
	m.flushURCs()
}

// leaveOnline forgets the transfer. A control connection that was lost with
// it is closed.
func (m *Modem) leaveOnline() {
	m.online = nil
	m.lines.SetDCD(false)
	m.state.FTP.TransferEnded()
	if s := m.state.FTP.Session; s != nil {
		select {
		case <-s.Lost():
			m.EndFTP()
		default:
		}
	}
}

// dropOnline ends a transfer, if there is one, before its time: an upload by a
// reset, never normally, since a server takes a normal end for the file's.
func (m *Modem) dropOnline(why ending) {
	o := m.online
	if o == nil {
		return
	}
	quiet := o.suspended || why == dropped
	m.cut(o, [...]string{lost: "loss of the bearer", hungUp: "hanging up", dropped: "the module's restart or end"}[why])
	if o.upload != nil {
		o.upload.queue.close()
		o.upload.queue.discard()
	}
	m.settle(o)
	m.leaveOnline()
	switch {
	case quiet:
	case why == hungUp:
		m.result(commands.OK)
	default:
		m.result(commands.NoCarrier)
	}
	m.flushURCs()
}

// settle ends a transfer at the server beside the modem; the session's next
// command waits for it.
func (m *Modem) settle(o *online) {
	settled := make(chan struct{})
	m.state.FTP.Settled = settled
	m.beside(func() {
		o.abort()
		o.cancel() // not before: it would take the control connection along
		close(settled)
	})
}

// abort ends the transfer at the server.
func (o *online) abort() {
	if o.upload != nil {
		o.upload.sink.Abort()
		return
	}
	o.download.source.Abort()
}

// suspend enters online command mode: the transfer waits for O or H
// (V.250 6.3.7, &D1).
func (m *Modem) suspend() {
	o := m.online
	if o.ending {
		return
	}
	m.passData(o, o.escape.release(nil))
	o.suspended = true
	m.transcript.note("online command mode")
	m.result(commands.OK)
	m.flushURCs()
}

// Resume implements [commands.Engine].
func (m *Modem) Resume() error {
	if m.online == nil {
		return commands.NoCarrier
	}
	m.online.suspended = false
	m.result(commands.Connect)
	m.resumeDownload()
	return errConnected
}

// HangUp implements [commands.Engine].
func (m *Modem) HangUp() { m.dropOnline(hungUp) }
