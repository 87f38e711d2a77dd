package transcript_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/transcript"
)

// record starts a recorder in a bubble; its secrets are what stands between quotes.
func record(writers ...transcript.Writer) *transcript.Recorder {
	return transcript.NewRecorder(transcript.Options{Start: time.Now(), Masker: quotes{}, Writers: writers})
}

// quotes is a masker for lines such as PASS="secret": what stands behind = is secret.
type quotes struct{}

func (quotes) LineSecrets(line string) (parts []transcript.Span, whole bool) {
	line = strings.TrimRight(line, "\r\n")
	start := strings.Index(line, "PASS=") + len("PASS=")
	switch {
	case start < len("PASS="):
		return nil, true
	case len(line) < start+2 || !strings.HasSuffix(line, `"`):
		return nil, false
	}
	return []transcript.Span{{Start: start, End: len(line)}}, true
}

func (quotes) MayHoldSecret(piece string) bool {
	return strings.ContainsAny(piece, "\b") || strings.Contains(piece, "PASS")
}

// wantText fails unless the rows are these, without their times.
func wantText(t *testing.T, rows transcript.Rows, want ...string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(rows.String()) {
		got = append(got, strings.TrimSuffix(line, "\n")[len("    0.000000 "):])
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text, json bytes.Buffer
		r := record(transcript.NewTextWriter(&text), transcript.NewJSONWriter(&json))
		r.Note("", "power on\nagain")
		time.Sleep(1500 * time.Microsecond)
		r.Typed(transcript.Typed{Bytes: []byte("AT\r"), Echo: []byte("AT\r")})
		r.Frame([]byte("\r\nOK\r\n"))
		r.Note("x.scn:3", "on AT once drop")
		r.Failure("x.scn:4", "never happened")
		r.FTP(true, "NOOP")
		r.FTP(false, "200 OK")
		r.Dropped([]byte("\r\nRING\r\n"))
		r.Loaded()
		r.End()
		wantText(t, r.Rows(), "# power on; again", `> AT\r`, `< AT\r`, `< \r\nOK\r\n`, "# x.scn:3: on AT once drop", "# x.scn:4: never happened",
			"# ftp > NOOP", "# ftp < 200 OK", `# dropped, nobody has the port open: \r\nRING\r\n`, "# another scenario is loaded", "# end")
		if at := r.Rows()[1].At; at != 1500*time.Microsecond {
			t.Errorf("the second row is of %v", at)
		}
		if text.String() != r.Rows().String() || json.String() != r.Rows().JSON() {
			t.Errorf("what was written is\n%s\nand\n%s", &text, &json)
		}
	})
}

// A stream is a row every 64 KiB, however it came, and the hash is of all.
func TestStream(t *testing.T) {
	for _, chunk := range []int{200000, 1000, 1} {
		r := record()
		s := r.Stream(transcript.ToHost)
		content := bytes.Repeat([]byte("0123456789"), 13200)
		for rest := content; len(rest) > 0; rest = rest[min(chunk, len(rest)):] {
			s.Add(rest[:min(chunk, len(rest))])
		}
		if sum := s.Sum(); sum != "b727201784ab32e491b4a1ee90e58502f9d5c0f6c6e2f3fb70f8062447ddb687" {
			t.Errorf("the hash is %s", sum)
		}
		wantText(t, r.Rows(), "< data 0+65536 0123456789012345", "< data 65536+65536 6789012345678901", "< data 131072+928 2345678901234567")
	}
}

// Only the end is kept, from the start of a row on; rows that were handed out stay as they were.
func TestRecorderKeepsTheTail(t *testing.T) {
	r := record()
	var first transcript.Rows
	for n := range 20000 {
		r.Note("", fmt.Sprintf("remark %d of many, which takes about a line of text", n))
		if n == 999 {
			first = r.Rows()
		}
	}
	rows := r.Rows()
	if n := len(rows.String()); n < 256<<10 || n > 512<<10 {
		t.Errorf("%d bytes are kept", n)
	}
	if last := rows[len(rows)-1].Text; !strings.HasPrefix(last, "remark 19999 ") {
		t.Errorf("the last row is %s", last)
	}
	if len(first) != 1000 || !strings.HasPrefix(first[0].Text, "remark 0 ") || !strings.HasPrefix(first[999].Text, "remark 999 ") {
		t.Errorf("the first rows are %d, %v ... %v", len(first), first[0], first[len(first)-1])
	}
}

// limited is a writer that fails after some rows.
type limited struct{ left, asked int }

func (l *limited) WriteRow(transcript.Row) error {
	l.asked++
	if l.left--; l.left < 0 {
		return errors.New("disk full")
	}
	return nil
}

// A writer that fails gets no more rows; the others do.
func TestWriterThatFails(t *testing.T) {
	bad, good := &limited{left: 2}, &limited{left: 100}
	var failures []error
	r := transcript.NewRecorder(transcript.Options{
		Start: time.Now(), Writers: []transcript.Writer{bad, good}, Failed: func(err error) { failures = append(failures, err) },
	})
	for range 10 {
		r.Note("", "x")
	}
	if bad.asked != 3 || good.asked != 10 || len(failures) != 1 || len(r.Rows()) != 10 {
		t.Errorf("%d and %d rows written, %d kept, failures %v", bad.asked, good.asked, len(r.Rows()), failures)
	}
}

func TestLastExchanges(t *testing.T) {
	r := record()
	r.Note("", "old")
	r.Loaded()
	for n := range 5 {
		r.Note("", fmt.Sprint(n))
		r.FTP(true, "NOOP")
	}
	wantText(t, r.Rows().LastExchanges(3), "# 2", "# 3", "# 4")
	wantText(t, r.Rows().LastExchanges(100), "# 0", "# 1", "# 2", "# 3", "# 4")
}

// drain is what has come on a channel so far, and whether it was closed.
func drain(rows <-chan transcript.Row) (got transcript.Rows, closed bool) {
	for {
		select {
		case row, ok := <-rows:
			if !ok {
				return got, true
			}
			got = append(got, row)
		default:
			return got, false
		}
	}
}

// A slow reader gets the first rows, is told how many it missed, and gets those that follow once
// there is room.
func TestFollowWithSlowReader(t *testing.T) {
	r := record()
	r.Note("", "early")
	early, rows := r.Follow(t.Context())
	notes := func(from, to int) {
		for n := from; n < to; n++ {
			r.Note("", fmt.Sprint(n))
		}
	}
	wantText(t, early, "# early")
	notes(0, 2000)
	before, _ := drain(rows)
	notes(2000, 2001)
	after, closed := drain(rows)
	if len(before) != 1024 || before[1023].Text != "1023" || closed {
		t.Errorf("%d rows came first, closed %v", len(before), closed)
	}
	wantText(t, after, "# 976 rows are left out here: they were read too slowly", "# 2000")
	notes(0, 2000)
	r.End()
	end, closed := drain(rows)
	if last := end[len(end)-1]; len(end) != 1025 || last.Kind != transcript.LeftOut || last.Length != 977 || !closed {
		t.Errorf("at the end %d rows, the last %v, closed %v", len(end), last, closed)
	}
	if early, rows = r.Follow(t.Context()); len(early) != len(r.Rows()) {
		t.Errorf("behind the end %d rows of %d", len(early), len(r.Rows()))
	}
	if more, closed := drain(rows); len(more) > 0 || !closed {
		t.Errorf("behind the end %v, closed %v", more, closed)
	}
}

func TestFollowEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := record()
		ctx, cancel := context.WithCancel(t.Context())
		_, rows := r.Follow(ctx)
		_, others := r.Follow(t.Context())
		cancel()
		synctest.Wait()
		r.Note("", "x")
		if got, closed := drain(rows); len(got) > 0 || !closed {
			t.Errorf("%v, closed %v", got, closed)
		}
		if got, closed := drain(others); len(got) != 1 || closed {
			t.Errorf("the other got %v, closed %v", got, closed)
		}
	})
}

// An echo that is the line shares its string.
func TestTypedMakesOneStringOfALineAndItsEcho(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 4096)
	r := transcript.NewRecorder(transcript.Options{Start: time.Now()})
	both := testing.AllocsPerRun(10, func() { r.Typed(transcript.Typed{Bytes: long, Echo: long}) })
	alone := testing.AllocsPerRun(10, func() { r.Typed(transcript.Typed{Bytes: long}) })
	if both != alone {
		t.Errorf("with its echo it allocates %v times, without %v times", both, alone)
	}
}
