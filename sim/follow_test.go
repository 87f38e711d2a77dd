package sim_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
)

// drain is what has come on a channel so far, and whether it was closed.
func drain(rows <-chan string) (text string, closed bool) {
	var b strings.Builder
	for {
		select {
		case row, ok := <-rows:
			if !ok {
				return b.String(), true
			}
			b.WriteString(row)
		default:
			return b.String(), false
		}
	}
}

func TestFollowGivesWholeTranscript(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "AT+CSQ")
		rows := d.modem.Follow(t.Context())
		early, closed := drain(rows)
		if early != d.modem.Transcript() || closed {
			t.Errorf("at first %q, closed %v; the transcript is %q", early, closed, d.modem.Transcript())
		}
		d.ok(t, "AT+CREG?")
		if row := <-rows; !strings.HasSuffix(row, ` > AT+CREG?\r`+"\n") || strings.Count(row, "\n") != 1 {
			t.Errorf("the first row is %q", row)
		}
		rest, _ := drain(rows)
		if !strings.Contains(rest, "+CREG: 0,1") {
			t.Errorf("then %q", rest)
		}
		d.modem.Close()
		synctest.Wait()
		if end, closed := drain(rows); !closed || !strings.HasSuffix(end, " # end\n") {
			t.Errorf("at the end %q, closed %v", end, closed)
		}
		if all, closed := drain(d.modem.Follow(t.Context())); all != d.modem.Transcript() {
			t.Errorf("of a modem that has ended %q, closed %v", all, closed)
		}
	})
}

func TestFollowEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		ctx, cancel := context.WithCancel(t.Context())
		rows := d.modem.Follow(ctx)
		cancel()
		synctest.Wait()
		d.ok(t, "AT")
		if text, closed := drain(rows); !closed || strings.Contains(text, "> AT") {
			t.Errorf("%q, closed %v", text, closed)
		}
	})
}

// A slow reader gets the first rows, is told of every one that it missed, and gets those that follow once there is room.
func TestFollowWithSlowReader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		rows := d.modem.Follow(t.Context())
		drain(rows)
		logs := func(from, to int) {
			for n := from; n < to; n++ {
				d.run(t, fmt.Sprintf("log row %d.", n))
			}
		}
		logs(0, 2000)
		before, _ := drain(rows)
		logs(2000, 2001)
		after, _ := drain(rows)
		missed := 0
		note := regexp.MustCompile(` # (\d+) rows are left out here`)
		if m := note.FindStringSubmatch(after); m == nil || note.MatchString(before) {
			t.Fatalf("no note before %q", after)
		} else {
			fmt.Sscan(m[1], &missed)
		}
		if got := strings.Count(before, "\n"); got != 1024 || missed != 2000-1024 || !strings.Contains(after, "row 2000.") {
			t.Errorf("%d rows came, %d are said to be missed, then %q", got, missed, after)
		}
		logs(0, 2000)
		d.modem.Close()
		synctest.Wait()
		if end, closed := drain(rows); !closed || !note.MatchString(end[strings.LastIndexByte(end[:len(end)-1], '\n'):]) {
			t.Errorf("no note at the end, closed %v", closed)
		}
	})
}
