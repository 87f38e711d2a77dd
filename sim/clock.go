package sim

import (
	"container/heap"
	"time"
)

// A clock turns real time into modem time, which runs speed times faster.
// Delays go through it and nothing else.
type clock struct {
	start time.Time
	speed float64
}

// now is the modem's time.
func (c clock) now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.speed))
}

// real is how long a modem time of d takes.
func (c clock) real(d time.Duration) time.Duration {
	return time.Duration(float64(d) / c.speed)
}

// A timer is one entry of the owner's queue.
type timer struct {
	queue *timers
	at    time.Time
	order int // of those at the same time
	chain int // see timers
	fire  func()
	index int // in the queue; -1: it is not there
}

// start queues a timer anew, to fire in d of real time.
func (t *timer) start(d time.Duration) {
	t.stop()
	q := t.queue
	q.last++
	t.at, t.order, t.chain = time.Now().Add(d), q.last, 0
	if d < noTime {
		t.chain = q.chain
	}
	heap.Push(&q.heap, t)
}

// queued reports whether a timer is going to fire.
func (t *timer) queued() bool { return t.index >= 0 }

// stop takes a timer off the queue. One that is not there, since it has fired or
// was stopped before, is left alone.
func (t *timer) stop() {
	if t.queued() {
		heap.Remove(&t.queue.heap, t.index)
	}
}

// timers is the owner's time-ordered queue. Only the owner uses it.
type timers struct {
	heap timerHeap
	last int
	// chain is how many reactions of rules led, each to the next, to what is
	// being done, while no time passed. A timer of less than noTime inherits it.
	chain int
}

// noTime is a delay that is too short to end a chain of reactions.
const noTime = time.Millisecond

// after queues f to run in d of real time; those of equal time run in the
// order in which they were queued.
func (q *timers) after(d time.Duration, f func()) *timer {
	t := q.idle(f)
	t.start(d)
	return t
}

// idle returns a timer that is not queued.
func (q *timers) idle(f func()) *timer { return &timer{queue: q, fire: f, index: -1} }

// due takes the first timer that is due, or returns nil.
func (q *timers) due(now time.Time) *timer {
	t := q.first()
	if t == nil || t.at.After(now) {
		return nil
	}
	heap.Pop(&q.heap)
	return t
}

// first is the timer that is due next, or nil.
func (q *timers) first() *timer {
	if len(q.heap) == 0 {
		return nil
	}
	return q.heap[0]
}

// run fires a timer.
func (q *timers) run(t *timer) {
	q.chain = t.chain
	t.fire()
	q.chain = 0
}

// timerHeap implements heap.Interface.
type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].order < h[j].order
	}
	return h[i].at.Before(h[j].at)
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}
