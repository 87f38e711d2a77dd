package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/textproto"
	"path"
	"sync/atomic"
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
	perByte   atomic.Int64 // nanoseconds that a byte takes over the air, at least
	level     float64      // bytes of an upload that the receive buffer holds
	levelAt   time.Time    // when it did
	offset    int64        // where in the file the transfer starts
	size      int64        // bytes that a download has to bring; -1: not known
	stalled   int          // stalls at work
	parked    []byte       // what a stall holds
	resume    func()       // goes on when it has passed
	release   func()       // lets the port be read on then
}

// fieldByte is the time of a byte under timing field: 3 kB/s.
const fieldByte = time.Second / 3000

// pace waits as long as n bytes take over the air.
func (o *online) pace(ctx context.Context, n int) {
	perByte := time.Duration(o.perByte.Load())
	if perByte == 0 {
		return
	}
	select {
	case <-time.After(time.Duration(n) * perByte):
	case <-ctx.Done():
	}
}

// chunk is how much of a buffer goes over the air at once: what makes a tenth
// of a second where there is a pace.
func (o *online) chunk(buf []byte) []byte {
	perByte := time.Duration(o.perByte.Load())
	if perByte == 0 {
		return buf
	}
	return buf[:max(1, min(len(buf), int(100*time.Millisecond/perByte)))]
}

// An ending is why a transfer is ended before its time.
type ending int

const (
	lost        ending = iota // the bearer is gone: NO CARRIER
	unwired                   // the control connection is gone: NO CARRIER
	hungUp                    // by H: OK
	unreachable               // DTR is off: OK when it is back
	dropped                   // the module restarts or goes: no result
)

// inData reports whether bytes of the host are data.
func (m *Modem) inData() bool { return m.online != nil && !m.online.suspended }

// Online implements [commands.Engine]: CONNECT, 11 bytes whatever X says
// (FTP AT manual 1.6), and then the file.
func (m engine) Online() error {
	if m.online != nil {
		return &commands.Reason{Result: commands.Failed, Why: "a transfer waits in online command mode; ATO goes on with it, ATH ends it"}
	}
	ctx, cancel := context.WithCancel(m.life)
	o := &online{
		escape: escape{char: m.state.Active.Char(2), guard: m.state.Settings.EscapeGuard, last: time.Now()},
		name:   m.state.FTP.Name,
		cancel: cancel,
		offset: m.state.FTP.Restart,
		size:   m.transferSize(),
	}
	o.perByte.Store(int64(m.byteTime()))
	m.carrier = true
	m.showCircuits()
	m.result(commands.Connect)
	m.play()
	if !m.state.FTP.Ready() { // it was lost in a pause of the answer
		cancel()
		m.carrier = false
		m.showCircuits()
		return commands.NoCarrier
	}
	m.online = o
	m.skipLineFeed()
	if d := m.state.FTP.Download; d != nil {
		o.record = newDataRecord(m.transcript, '<')
		o.download = newDownload(d)
		m.beginFaults(o)
		m.beside(func() { m.fetch(ctx, o) })
	} else {
		o.record = newDataRecord(m.transcript, '>')
		o.upload = newUpload(m.state.FTP.Upload)
		m.beginFaults(o)
		m.beside(func() { m.deliver(ctx, o) })
		m.beside(func() { m.awaitUpload(ctx, o) })
	}
	return errConnected
}

// skipLineFeed drops the LF of the CR LF that ended the line which enters data
// mode. One that comes after CONNECT is data.
func (m *Modem) skipLineFeed() {
	if len(m.pending) > 0 && m.pending[0] == m.state.Active.Char(4) {
		m.pending = m.pending[1:]
	}
}

// transferSize is how many bytes the download that is ready has to bring, as
// far as the embedded server or +AFTPSIZE tells; -1: not known.
func (m *Modem) transferSize() int64 {
	f := &m.state.FTP
	size, known := f.Size, f.SizeKnown && f.SizeOf == f.Name
	if m.ftp.Size != nil && f.Download != nil {
		size, known = m.ftp.Size(path.Join("/", f.Folder, f.Name))
	}
	if !known || f.Download == nil {
		return -1
	}
	return max(0, size-f.Restart)
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
		m.note(Event{Kind: commands.EventEscape})
		if o == m.online && !o.ending {
			m.escapeOnline(o)
		}
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
		o.resume = func() {
			o.upload.whole = true
			o.upload.queue.close()
		}
		m.unstall()
		if o.resume != nil { // the bearer is dead, or something stalls the stream
			m.timers.after(m.state.Settings.FTPReply, func() { m.giveUp(o) })
		}
		return
	}
	m.beside(func() {
		reply, err := o.download.source.Abort()
		o.cancel() // not before: it would take the control connection along
		m.post(func() {
			if o == m.online {
				m.stopped(o, fmt.Sprintf("the host (server: %s)", lastWord(reply, err)))
				m.endOnline(commands.OK)
			}
		})
	})
}

// giveUp ends an upload whose last bytes did not pass in time.
func (m *Modem) giveUp(o *online) {
	if o != m.online || o.resume == nil {
		return
	}
	o.upload.queue.close()
	m.settle(o.abort)
	m.cut(o, "no answer of the server")
	m.endOnline(commands.NoCarrier)
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
	if room := o.room(m.state.Settings.RxBuffer); len(data) > room {
		m.transcript.note("%d bytes lost, the receive buffer of %d bytes is full", len(data)-room, m.state.Settings.RxBuffer)
		data = data[:room]
	}
	o.level += float64(len(data))
	m.watchBuffer(o)
	m.flow(o, data, m.passer(o))
}

// room is how many bytes the module's receive buffer takes, which empties as
// fast as data goes over the air: at once where nothing slows it.
func (o *online) room(size int) int {
	perByte := float64(o.perByte.Load())
	if size == 0 || perByte == 0 {
		return math.MaxInt
	}
	o.drain()
	return max(0, size-int(o.level))
}

// drain empties the receive buffer of what went over the air since the last
// look; there is a pace.
func (o *online) drain() {
	now := time.Now()
	o.level = max(0, o.level-float64(now.Sub(o.levelAt))/float64(o.perByte.Load()))
	o.levelAt = now
}

// passer is where bytes of the data stream go.
func (m *Modem) passer(o *online) func([]byte) {
	if o.upload != nil {
		return o.upload.queue.push
	}
	return m.toHost // &D0 or &D1: when nobody listens, the stream goes on
}

// finished deals with a transfer that ran to its end: the server's answer
// decides whether it is complete.
func (m *Modem) finished(o *online, reply backend.Reply, err error) {
	m.record(o, reply, err)
	if o.download != nil {
		m.endOnline(m.downloadResult(err))
	} else {
		m.endOnline(m.uploadResult(err))
	}
}

// record tells what became of a transfer.
func (m *Modem) record(o *online, reply backend.Reply, err error) {
	if err != nil {
		m.cut(o, lastWord(reply, err))
		return
	}
	m.transcript.note("%s complete: %d bytes, SHA-256 %s, server: %s", o.kind(), o.count, o.record.sum(), reply.Last())
	delete(m.script.delivered, o.name)
	m.outcome = append(m.outcome, Event{Kind: commands.EventFTPDone, Text: o.name, N: o.count})
	if o.upload != nil {
		m.outcome = append(m.outcome, Event{Kind: commands.EventFTPStored, Text: o.name})
	}
}

// tellOutcome tells what became of a transfer, once it is over: the rules may
// end what it ran on.
func (m *Modem) tellOutcome() {
	events := m.outcome
	m.outcome = nil
	for _, e := range events {
		m.note(e)
	}
}

// cut records a transfer that did not complete.
func (m *Modem) cut(o *online, why string) {
	m.stopped(o, why)
	m.outcome = append(m.outcome, Event{Kind: commands.EventFTPCut, Text: o.name, N: o.count})
}

// stopped records a transfer that the host has ended, or something else has.
func (m *Modem) stopped(o *online, why string) {
	m.transcript.note("%s not complete: %d bytes, SHA-256 %s, ended by %s", o.kind(), o.count, o.record.sum(), why)
	m.script.delivered[o.name] = o.offset + o.count
}

// kind is the transfer's direction in words.
func (o *online) kind() string {
	if o.download != nil {
		return "download"
	}
	return "upload"
}

// lastWord is the server's last word, or why there is none.
func lastWord(reply backend.Reply, err error) string {
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
	m.tellOutcome()
	m.flushURCs()
}

// leaveOnline forgets the transfer. A control connection that was lost with
// it is closed.
func (m *Modem) leaveOnline() {
	if m.online.release != nil {
		m.online.release()
	}
	m.online = nil
	if m.writer != nil {
		m.writer.acceptData()
	}
	m.carrier = false
	m.setFull(false)
	m.showCircuits()
	m.state.FTP.TransferEnded()
	if s := m.state.FTP.Session; s != nil {
		select {
		case <-s.Lost():
			m.endFTP()
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
	quiet := o.suspended || why == dropped || why == unreachable
	if o.ending && o.upload != nil && (why == hungUp || why == unreachable) {
		m.settle(func() { m.endAlone(o) }) // all of it is on its way: only its result is lost
	} else {
		if o.upload == nil || !o.upload.swallow { // else it was cut before
			m.cut(o, endings[why])
		}
		if o.upload != nil {
			o.upload.queue.close()
		}
		m.settle(o.abort)
	}
	m.leaveOnline()
	switch {
	case quiet:
	case why == hungUp:
		m.result(commands.OK)
	default:
		m.result(commands.NoCarrier)
	}
	m.tellOutcome()
	m.flushURCs()
}

// endings are the endings in words.
var endings = [...]string{
	lost: "loss of the bearer", unwired: "loss of the control connection",
	hungUp: "hanging up", unreachable: "hanging up", dropped: "the module's restart or end",
}

// settle ends a transfer at the server beside the modem; the session's next
// command waits for it.
func (m *Modem) settle(end func()) {
	settled := make(chan struct{})
	m.state.FTP.Settled = settled
	m.beside(func() {
		end()
		close(settled)
	})
}

// endAlone awaits the server's answer to an upload whose host has left.
func (m *Modem) endAlone(o *online) {
	reply, err := o.upload.sink.Finish(m.life)
	o.cancel()
	m.post(func() {
		m.record(o, reply, err)
		m.tellOutcome()
	})
}

// abort ends the transfer at the server.
func (o *online) abort() {
	if o.upload != nil {
		o.upload.abort()
	} else {
		o.download.source.Abort()
	}
	o.cancel() // not before: it would take the control connection along
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
	if m.writer != nil {
		m.writer.acceptData()
	}
	m.transcript.note("online command mode")
	m.flushURCs()
}

// Resume implements [commands.Engine].
func (m engine) Resume() error {
	if m.online == nil {
		return commands.NoCarrier
	}
	m.online.suspended = false
	m.skipLineFeed()
	m.result(commands.Connect)
	m.resumeDownload()
	return errConnected
}

// HangUp implements [commands.Engine].
func (m engine) HangUp() {
	m.endCall()
	m.dropOnline(hungUp)
}
