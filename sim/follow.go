package sim

import (
	"context"
	"fmt"
)

// followRows is how many rows wait for one who follows the transcript.
const followRows = 1024

// A follower gets the rows of a transcript as they are written. The
// transcript's mu guards it.
type follower struct {
	transcript *transcript
	rows       chan string
	missed     int // rows since the last one that had room
}

// Follow gives the transcript as it grows: first all that [Modem.Transcript]
// returns, unless that is nothing, then row by row, each with its line feed.
// The modem does not wait for a slow reader: once 1024 rows wait, others are
// left out, and a note in their place says how many. The channel is closed when
// ctx is over, or behind the last row when the modem has ended.
func (m *Modem) Follow(ctx context.Context) <-chan string {
	f := m.transcript.follow()
	go func() {
		select {
		case <-ctx.Done():
		case <-m.done:
		}
		m.transcript.unfollow(f)
	}()
	return f.rows
}

func (t *transcript) follow() *follower {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &follower{transcript: t, rows: make(chan string, followRows+1)}
	if t.tail.Len() > 0 {
		f.rows <- t.tail.String()
	}
	if t.followers == nil {
		t.followers = make(map[*follower]bool)
	}
	t.followers[f] = true
	return f
}

func (t *transcript) unfollow(f *follower) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.followers, f)
	if f.missed > 0 {
		f.rows <- f.missedNote()
	}
	close(f.rows)
}

// take adds a row if there is room, behind a note on those that had none. One
// place stays free, so that unfollow never waits.
func (f *follower) take(row string) {
	room := followRows - len(f.rows)
	switch {
	case room < 1 || f.missed > 0 && room < 2:
		f.missed++
		return
	case f.missed > 0:
		f.rows <- f.missedNote()
		f.missed = 0
	}
	f.rows <- row
}

func (f *follower) missedNote() string {
	return f.transcript.format('#', fmt.Sprintf("%d rows are left out here: they were read too slowly", f.missed))
}
