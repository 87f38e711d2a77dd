package sim_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/modemsim/modemsim/transcript"
)

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

func TestFollowGivesWholeTranscript(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "AT+CSQ")
		early, rows := d.modem.Follow(t.Context())
		if got, closed := drain(rows); early.String() != d.modem.Transcript().String() || len(got) > 0 || closed {
			t.Errorf("at first %v and %v, closed %v; the transcript is %v", early, got, closed, d.modem.Transcript())
		}
		d.ok(t, "AT+CREG?")
		if row := <-rows; row.Kind != transcript.Line || row.Dir != transcript.FromHost || row.Text != "AT+CREG?\r" {
			t.Errorf("the first row is %v", row)
		}
		rest, _ := drain(rows)
		if !strings.Contains(rest.String(), "+CREG: 0,1") {
			t.Errorf("then %v", rest)
		}
		d.modem.Close()
		synctest.Wait()
		if end, closed := drain(rows); !closed || len(end) == 0 || end[len(end)-1].Kind != transcript.End {
			t.Errorf("at the end %v, closed %v", end, closed)
		}
		all, rows := d.modem.Follow(t.Context())
		if more, closed := drain(rows); all.String() != d.modem.Transcript().String() || len(more) > 0 || !closed {
			t.Errorf("of a modem that has ended %v and %v, closed %v", all, more, closed)
		}
	})
}

func TestFollowEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		ctx, cancel := context.WithCancel(t.Context())
		_, rows := d.modem.Follow(ctx)
		cancel()
		synctest.Wait()
		d.ok(t, "AT")
		if got, closed := drain(rows); !closed || strings.Contains(got.String(), "> AT") {
			t.Errorf("%v, closed %v", got, closed)
		}
	})
}
