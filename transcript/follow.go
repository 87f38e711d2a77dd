package transcript

import "context"

// followRows is how many rows wait for one who follows a transcript.
const followRows = 1024

// A follower gets rows as they are recorded. The recorder's mu guards it.
type follower struct {
	recorder *Recorder
	rows     chan Row
	missed   int64       // rows since the last one that had room
	forget   func() bool // ctx
}

// Follow returns the rows so far, as [Recorder.Rows] does, and a channel of those that come after
// them; none is missing between the two. The recorder does not wait for a slow reader: once 1024
// rows wait, others are left out, and a row of kind [LeftOut] in their place says how many. The
// channel is closed when ctx is over, or behind the last row.
func (t *Recorder) Follow(ctx context.Context) (Rows, <-chan Row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &follower{recorder: t, rows: make(chan Row, followRows+1)}
	so := t.rows[:len(t.rows):len(t.rows)]
	if t.ended {
		close(f.rows)
		return so, f.rows
	}
	t.followers[f] = true
	f.forget = context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		f.end()
	})
	return so, f.rows
}

// End records the end of the modem and lets those who follow go. What is recorded after it is kept
// and written only.
func (t *Recorder) End() {
	t.record(Row{Kind: End})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	for f := range t.followers {
		f.end()
	}
}

// end closes a follower's channel, once.
func (f *follower) end() {
	if !f.recorder.followers[f] {
		return
	}
	delete(f.recorder.followers, f)
	f.forget()
	if f.missed > 0 {
		f.rows <- f.leftOut()
	}
	close(f.rows)
}

// take adds a row if there is room, behind a row on those that had none. One place stays free, so
// that end never waits.
func (f *follower) take(r Row) {
	room := followRows - len(f.rows)
	switch {
	case room < 1 || f.missed > 0 && room < 2:
		f.missed++
		return
	case f.missed > 0:
		f.rows <- f.leftOut()
		f.missed = 0
	}
	f.rows <- r
}

func (f *follower) leftOut() Row {
	return Row{At: f.recorder.now(), Kind: LeftOut, Length: f.missed}
}
