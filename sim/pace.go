package sim

import (
	"context"
	"time"
)

// A pacer makes bytes take as long as on a UART: ten bits a byte, 8N1. It
// keeps to a schedule of its own.
type pacer struct {
	perByte float64 // nanoseconds; 0: bytes take no time
	due     time.Time
}

// bitsPerByte are those of 8N1: start, eight data, stop.
const bitsPerByte = 10

func newPacer(baud int) *pacer {
	if baud == 0 {
		return &pacer{}
	}
	return &pacer{perByte: bitsPerByte * float64(time.Second) / float64(baud)}
}

// pieceTime is about how much passes at once.
const pieceTime = 4 * time.Millisecond

// slack is how late the schedule may be before the line counts as idle.
// Oversleeping by less than this is compensated.
const slack = 25 * time.Millisecond

// piece is how many of n bytes pass at once.
func (p *pacer) piece(n int) int {
	if p.perByte == 0 {
		return n
	}
	return min(n, max(1, int(float64(pieceTime)/p.perByte)))
}

// wait waits until n bytes have had their time on the line, unless ctx ends.
func (p *pacer) wait(ctx context.Context, n int) {
	if p.perByte == 0 {
		return
	}
	if now := time.Now(); now.Sub(p.due) > slack {
		p.due = now // the line was idle
	}
	p.due = p.due.Add(time.Duration(float64(n) * p.perByte))
	select {
	case <-time.After(time.Until(p.due)):
	case <-ctx.Done():
	}
}
