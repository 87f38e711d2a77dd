package sim

import "sync"

// highWater is how much waits for a slow reader at most, in bytes.
const highWater = 64 << 10

// A byteQueue hands bytes from the owner, which never waits, to a goroutine
// that writes them where writing can block: the port, the upload. Its two ends
// may be used at once.
type byteQueue struct {
	mu     sync.Mutex
	filled sync.Cond
	bytes  []byte
	high   int    // bytes that it may hold before its producer is to wait
	closed bool   // no more will come; what is there is still taken
	below  func() // called once when the queue has room again
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

// len is the number of bytes that nobody has taken yet.
func (q *byteQueue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.bytes)
}

// whenRoom calls f, from the taking goroutine or at once, when less than high
// is in the queue. A later f replaces an earlier one.
func (q *byteQueue) whenRoom(f func()) {
	q.mu.Lock()
	if len(q.bytes) < q.high || q.closed {
		q.mu.Unlock()
		f()
		return
	}
	q.below = f
	q.mu.Unlock()
}

// take waits for bytes and moves up to len(buf) of them. It returns 0 when the
// queue is closed and empty.
func (q *byteQueue) take(buf []byte) int {
	q.mu.Lock()
	for len(q.bytes) == 0 && !q.closed {
		q.filled.Wait()
	}
	n := copy(buf, q.bytes)
	q.bytes = append(q.bytes[:0], q.bytes[n:]...)
	room := q.takeRoom()
	q.mu.Unlock()
	if room != nil {
		room()
	}
	return n
}

// discard drops what is in the queue.
func (q *byteQueue) discard() {
	q.mu.Lock()
	q.bytes = q.bytes[:0]
	room := q.takeRoom()
	q.mu.Unlock()
	if room != nil {
		room()
	}
}

// takeRoom returns the function that waits for room when there is room.
func (q *byteQueue) takeRoom() func() {
	if len(q.bytes) >= q.high {
		return nil
	}
	f := q.below
	q.below = nil
	return f
}

// close lets take return 0 once the queue is empty.
func (q *byteQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.filled.Broadcast()
	room := q.below
	q.below = nil
	q.mu.Unlock()
	if room != nil {
		room() // nothing fills the queue any more
	}
}
