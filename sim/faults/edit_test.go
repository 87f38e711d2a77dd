package faults

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// csq is the answer to AT+CSQ with its echo.
func csq() []Piece {
	return []Piece{
		{Part: Echo, Bytes: []byte("AT+CSQ\r")},
		{Part: Information, Bytes: []byte("<+CSQ: 25,99>")},
		{Part: FinalResult, Bytes: []byte("<OK>")},
	}
}

// played is an answer as it goes out: bytes, pauses as |1s|, what is sent later in brackets
// with its delay, or next.
func played(answer []Piece) string {
	var b strings.Builder
	for _, p := range answer {
		if p.Pause > 0 {
			fmt.Fprintf(&b, "|%v|", p.Pause)
		}
		if p.Next {
			fmt.Fprintf(&b, "[next %s]", p.Bytes)
			continue
		}
		if p.Later > 0 {
			fmt.Fprintf(&b, "[%v %s]", p.Later, p.Bytes)
			continue
		}
		b.Write(p.Bytes)
	}
	return b.String()
}

// env is a modem with braces for line breaks.
func env() Env {
	return Env{Chance: Chance(1, "x"), Frame: func(text string) []byte { return []byte("{" + text + "}") }}
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		edit Answer
		want string
	}{
		{Late{Whole, time.Second}, "AT+CSQ\r|1s|<+CSQ: 25,99><OK>"},
		{Late{TheEcho, time.Second}, "|1s|AT+CSQ\r<+CSQ: 25,99><OK>"},
		{Late{TheInfo, time.Second}, "AT+CSQ\r[1s <+CSQ: 25,99>]<OK>"},
		{Late{TheResult, time.Second}, "AT+CSQ\r<+CSQ: 25,99>|1s|<OK>"},
		{Missing{Whole}, "AT+CSQ\r"},
		{Missing{TheEcho}, "<+CSQ: 25,99><OK>"},
		{Missing{TheInfo}, "AT+CSQ\r<OK>"},
		{Missing{TheResult}, "AT+CSQ\r<+CSQ: 25,99>"},
		{Doubled{Whole}, "AT+CSQ\r<+CSQ: 25,99><OK><+CSQ: 25,99><OK>"},
		{Doubled{TheEcho}, "AT+CSQ\rAT+CSQ\r<+CSQ: 25,99><OK>"},
		{Doubled{TheResult}, "AT+CSQ\r<+CSQ: 25,99><OK><OK>"},
		{Truncated{Whole, 15}, "AT+CSQ\r<+CSQ: 25,99><O"},
		{Truncated{TheInfo, 3}, "AT+CSQ\r<+C<OK>"},
		{Truncated{TheResult, 0}, "AT+CSQ\r<+CSQ: 25,99>"},
		{Truncated{TheResult, 99}, "AT+CSQ\r<+CSQ: 25,99><OK>"},
		{Split{Whole, 15, time.Second}, "AT+CSQ\r<+CSQ: 25,99><O|1s|K>"},
		{Split{TheEcho, 2, time.Second}, "AT|1s|+CSQ\r<+CSQ: 25,99><OK>"},
		{Split{TheInfo, 0, time.Second}, "AT+CSQ\r|1s|<+CSQ: 25,99><OK>"},
		{Split{TheInfo, 99, time.Second}, "AT+CSQ\r<+CSQ: 25,99><OK>"},
		{Shifted{Whole}, "AT+CSQ\r[next <+CSQ: 25,99>][next <OK>]"},
		{Shifted{TheResult}, "AT+CSQ\r<+CSQ: 25,99>[next <OK>]"},
		{Truncated{Whole, -1}, "AT+CSQ\r"},
		{Split{Whole, -1, time.Second}, "AT+CSQ\r|1s|<+CSQ: 25,99><OK>"},
		{Inserted{Held, 0, "RING"}, "AT+CSQ\r<+CSQ: 25,99><OK>{RING}"},
		{Inserted{InsideInfo, 3, "RING"}, "AT+CSQ\r<+C{RING}SQ: 25,99><OK>"},
		{Inserted{BeforeResult, 0, "RING"}, "AT+CSQ\r<+CSQ: 25,99>{RING}<OK>"},
		{Inserted{BehindEcho, 0, "RING"}, "AT+CSQ\r{RING}<+CSQ: 25,99><OK>"},
		{Inserted{BehindResult, 0, "RING"}, "AT+CSQ\r<+CSQ: 25,99><OK>{RING}"},
		{Inserted{InsideInfo, 99, "RING"}, "AT+CSQ\r<+CSQ: 25,99><OK>{RING}"},
	} {
		if got := played(c.edit.Edit(csq(), env())); got != c.want {
			t.Errorf("%T %+v: %q, want %q", c.edit, c.edit, got, c.want)
		}
	}
}

// An answer without the target stays as it is.
func TestEditsWithoutTheirTarget(t *testing.T) {
	for _, edit := range []Answer{
		Late{TheInfo, time.Second}, Missing{TheInfo}, Doubled{TheInfo}, Truncated{TheInfo, 1}, Split{TheInfo, 0, time.Second},
		Garbled{TheInfo, 3}, Shifted{TheInfo},
	} {
		ok := []Piece{{Part: FinalResult, Bytes: []byte("<OK>")}}
		if got := played(edit.Edit(ok, env())); got != "<OK>" {
			t.Errorf("%T: %q", edit, got)
		}
	}
}

func TestInsertedWithoutEcho(t *testing.T) {
	answer := Inserted{BehindEcho, 0, "RING"}.Edit(csq()[1:], env())
	if got := played(answer); got != "{RING}<+CSQ: 25,99><OK>" {
		t.Errorf("%q", got)
	}
}

// Exactly so many bytes are others, and the bytes that came in stay what they were.
func TestGarbled(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 5, 13, 99} {
		in := csq()
		before := bytes.Clone(in[1].Bytes)
		original := in[1].Bytes
		out := Garbled{TheInfo, n}.Edit(in, env())
		others := 0
		for i, b := range out[1].Bytes {
			if b != before[i] {
				others++
			}
		}
		if others != min(max(0, n), len(before)) || !bytes.Equal(original, before) || string(out[2].Bytes) != "<OK>" {
			t.Errorf("%d: %d bytes are others; %q from %q", n, others, out[1].Bytes, original)
		}
	}
}
