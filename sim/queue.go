package sim

import "sync"

// highWater is how many bytes wait for a slow reader at most.
const highWater = 64 << 10

// A byteQueue hands bytes from the owner, which never waits, to a goroutine
// that writes them where writing can block: the port, the upload. Its two ends
// may be used at once.
type byteQueue struct {
	mu     sync.Mutex
	filled sync.Cond
	bytes  []byte
	high   int      // bytes it may hold before its producer has to wait
	closed bool     // no more will come; what is there is still taken
	held   bool     // take waits
	calls  []call   // to be made between the bytes, in order
	below  []func() // called once each when the queue has room again
}

// A call is made by the goroutine that takes, behind a number of bytes.
type call struct {
	after int // bytes of the queue in front of it
	f     func()
}

func newByteQueue(high int) *byteQueue {
	q := &byteQueue{high: high}
	q.filled.L = &q.mu
	return q
}

// push appends p. It never blocks; pushing to a closed queue is dropped.
func (q *byteQueue) push(p []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.bytes = append(q.bytes, p...)
		q.filled.Signal()
	}
}

// pushWhole is push for bytes that one take is to return without those pushed later.
func (q *byteQueue) pushWhole(p []byte) {
	q.push(p)
	q.then(func() {})
}

// then lets the taking goroutine call f when it comes back for more than was
// pushed before.
func (q *byteQueue) then(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.calls = append(q.calls, call{len(q.bytes), f})
		q.filled.Signal()
	}
}

// hold makes take wait, or lets it go on. Closing the queue ends the hold.
func (q *byteQueue) hold(on bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = on
	q.filled.Signal()
}

// len is the number of bytes that nobody has taken yet.
func (q *byteQueue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.bytes)
}

// whenRoom calls f, from the taking goroutine or at once, when less than high
// is in the queue.
func (q *byteQueue) whenRoom(f func()) {
	q.mu.Lock()
	if len(q.bytes) < q.high || q.closed {
		q.mu.Unlock()
		f()
		return
	}
	q.below = append(q.below, f)
	q.mu.Unlock()
}

// take waits for bytes and moves up to len(buf) of them. It returns 0 when the
// queue is closed and empty.
func (q *byteQueue) take(buf []byte) int {
	q.mu.Lock()
	q.await()
	if len(q.calls) > 0 {
		buf = buf[:min(len(buf), q.calls[0].after)]
	}
	n := copy(buf, q.bytes)
	q.bytes = append(q.bytes[:0], q.bytes[n:]...)
	for i := range q.calls {
		q.calls[i].after -= n
	}
	room := q.takeRoom()
	q.mu.Unlock()
	callAll(room)
	return n
}

// await waits for bytes, or the end, and makes the calls in front of them. q.mu
// is held, but not during a call.
func (q *byteQueue) await() {
	for {
		switch {
		case q.held && !q.closed:
			q.filled.Wait()
		case len(q.calls) > 0 && q.calls[0].after == 0:
			f := q.calls[0].f
			q.calls = q.calls[1:]
			q.mu.Unlock()
			f()
			q.mu.Lock()
		case len(q.bytes) > 0 || q.closed:
			return
		default:
			q.filled.Wait()
		}
	}
}

// discard drops what is in the queue.
func (q *byteQueue) discard() {
	q.mu.Lock()
	q.bytes, q.calls = q.bytes[:0], nil
	room := q.takeRoom()
	q.mu.Unlock()
	callAll(room)
}

// takeRoom returns the functions that wait for room when there is room.
func (q *byteQueue) takeRoom() []func() {
	if len(q.bytes) >= q.high {
		return nil
	}
	below := q.below
	q.below = nil
	return below
}

func callAll(functions []func()) {
	for _, f := range functions {
		f()
	}
}

// close lets take return 0 once the queue is empty.
func (q *byteQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.filled.Broadcast()
	room := q.below
	q.below = nil
	q.mu.Unlock()
	callAll(room) // nothing fills the queue any more
}
