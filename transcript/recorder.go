package transcript

import (
	"slices"
	"sync"
	"time"
)

// tail is how much of a transcript a Recorder keeps at least, in bytes of its text.
const tail = 256 << 10

// Options are what a [Recorder] is made with.
type Options struct {
	Start   time.Time   // of the modem
	Masker  Masker      // nil: what a host types holds no secrets
	Writers []Writer    // get each row as it comes
	Failed  func(error) // is told why a writer failed, which gets no more rows; nil: nobody is
}

// A Recorder records a transcript. It is the door through which all rows come, and the one place
// where secrets are masked: what it is given is raw, what it hands out never shows them.
//
// The methods that record are called by one goroutine at a time, [Recorder.Rows] and
// [Recorder.Follow] by any.
type Recorder struct {
	start   time.Time
	writers []Writer
	failed  func(error)
	secrets []string // of the command line that runs
	server  []string // of those that sent something to an FTP server, which may repeat them later
	altered bool     // a fault may have cut or changed what is recorded
	line    lineMask
	echo    lineMask

	mu        sync.Mutex // guards what follows
	rows      Rows       // readers share its elements, which never change
	size      int        // of the rows as text
	followers map[*follower]bool
	ended     bool
}

// NewRecorder starts a transcript without rows.
func NewRecorder(o Options) *Recorder {
	failed := o.Failed
	if failed == nil {
		failed = func(error) {}
	}
	return &Recorder{
		start: o.Start, writers: o.Writers, failed: failed,
		line: lineMask{masker: o.Masker}, echo: lineMask{masker: o.Masker},
		followers: make(map[*follower]bool),
	}
}

// SetSecrets says what no row may show from here on: the secrets of the command line that runs, in
// each way in which they may be repeated; nil when it has ended.
func (t *Recorder) SetSecrets(secrets []string) { t.secrets = secrets }

// Secrets returns what [Recorder.SetSecrets] said.
func (t *Recorder) Secrets() []string { return t.secrets }

// Altered calls f, which records what a fault may have cut, changed or held back of the answer to a
// line with these secrets.
func (t *Recorder) Altered(secrets []string, f func()) {
	was, altered := t.secrets, t.altered
	t.secrets, t.altered = secrets, true
	f()
	t.secrets, t.altered = was, altered
}

// Typed is what a host sent in command mode since the last such row.
type Typed struct {
	Bytes   []byte
	Echo    []byte // what was sent back of it
	EchoCut bool   // some of the echo was dropped
	Open    bool   // its line has not ended: the next Typed goes on with it
}

// Typed records a line of the host, or a piece of one, and its echo; each is a row unless it is
// empty. When the line ends, it returns what no other row may show of it, as the host typed it.
func (t *Recorder) Typed(in Typed) (masked []string) {
	typed := string(in.Bytes)
	if typed != "" {
		row := Row{Dir: FromHost, Kind: Line}
		row.Text, row.Masked, masked = t.line.mask(typed, in.Open)
		t.record(row)
		in.EchoCut = in.EchoCut && len(row.Masked) > 0
	}
	if len(in.Echo) > 0 {
		echo := typed
		if string(in.Echo) != typed {
			echo = string(in.Echo)
		}
		row := Row{Dir: ToHost, Kind: Line}
		row.Text, row.Masked, _ = t.echo.mask(echo, in.Open)
		if in.EchoCut {
			row.Text, row.Masked = hide() // the part that came cannot be masked
		}
		t.record(row)
	}
	return masked
}

// Frame records what the modem sent in command mode.
func (t *Recorder) Frame(p []byte) { t.text(Row{Dir: ToHost, Kind: Line, Text: string(p)}) }

// Dropped records a frame that nobody got: no host has the port open.
func (t *Recorder) Dropped(p []byte) { t.text(Row{Kind: Dropped, Text: string(p)}) }

// FTP records a line of the FTP control connection, without its end.
func (t *Recorder) FTP(sent bool, line string) {
	kind := FTPReceived
	if sent {
		kind = FTPSent
		t.toServer()
	}
	t.text(Row{Kind: kind, Text: line})
}

// maxServer is how many secrets that a server knows are remembered: those of some ten logins.
const maxServer = 64

// toServer remembers the secrets of the line that runs.
func (t *Recorder) toServer() {
	for _, s := range t.secrets {
		if !slices.Contains(t.server, s) {
			t.server = append(t.server, s)
		}
	}
	t.server = t.server[max(0, len(t.server)-maxServer):]
}

// Note records a remark; where is the line of the scenario that caused it, as FILE:LINE, or "".
func (t *Recorder) Note(where, text string) {
	t.text(Row{Kind: Note, Where: oneLine(where), Text: oneLine(text)})
}

// Failure records that a line of the scenario was not kept.
func (t *Recorder) Failure(where, text string) {
	t.text(Row{Kind: Failure, Where: oneLine(where), Text: oneLine(text)})
}

// Masked returns a remark as [Recorder.Note] shows it, for other records.
func (t *Recorder) Masked(text string) string {
	text, _ = t.remark(text)
	return text
}

// remark masks what a note or a failure may repeat of the command line or of a server, and what the
// commands that it names have.
func (t *Recorder) remark(text string) (string, []Span) {
	return Masked(text, append(t.words(text), findCommands(text, t.line.masker)...))
}

// words finds the secrets of the command line and those that a server knows.
func (t *Recorder) words(text string) []Span {
	return append(findWords(text, t.secrets), findWords(text, t.server)...)
}

// Loaded records that another scenario is loaded.
func (t *Recorder) Loaded() { t.record(Row{Kind: Loaded}) }

// text records a row whose text may hold secrets of the command line or repeat what a server says.
func (t *Recorder) text(r Row) {
	switch frame := r.Kind == Line || r.Kind == Dropped; {
	case r.Kind == Note || r.Kind == Failure:
		r.Text, r.Masked = t.remark(r.Text)
	case frame && t.altered && len(t.secrets) > 0:
		r.Text, r.Masked = maskAltered(r.Text, t.secrets)
	case frame:
		r.Text, r.Masked = Masked(r.Text, append(find(r.Text, t.secrets), t.words(r.Text)...))
	default:
		r.Text, r.Masked = Masked(r.Text, t.words(r.Text))
	}
	t.record(r)
}

// record keeps a row of this moment and hands it to the writers.
func (t *Recorder) record(r Row) {
	r.At = t.now()
	t.keep(r)
	for i := 0; i < len(t.writers); i++ {
		if err := t.writers[i].WriteRow(r); err != nil {
			t.writers = slices.Delete(slices.Clone(t.writers), i, i+1)
			i--
			t.failed(err)
		}
	}
}

// now is the time of a row.
func (t *Recorder) now() time.Duration { return time.Since(t.start).Round(time.Microsecond) }

// keep remembers a row; of too many, the last tail bytes. Those who follow get it too.
func (t *Recorder) keep(r Row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for f := range t.followers {
		f.take(r)
	}
	t.rows = append(t.rows, r)
	if t.size += r.textSize(); t.size <= 2*tail {
		return
	}
	from := len(t.rows)
	for t.size = 0; t.size <= tail; from-- {
		t.size += t.rows[from-1].textSize()
	}
	t.rows = append(Rows(nil), t.rows[from:]...)
}

// Rows returns the end of the transcript: all rows, or those of the last 256 KiB at least and twice
// that at most. The caller must not change them.
func (t *Recorder) Rows() Rows {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[:len(t.rows):len(t.rows)]
}
