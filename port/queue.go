package port

import (
	"sync"
	"time"
)

// What holds for every port on a file or a socket.
const (
	pendingMax = 64 << 10               // cost of the events held for Next; then the host has to wait
	closeDrain = 200 * time.Millisecond // how long Close waits for the host to read what was written
	settleTime = time.Second            // how long Settle waits for a reader that does not come
)

// queue is the list of events that a port holds for Next. Its owner's mutex guards it.
type queue struct {
	cond *sync.Cond // on the owner's mutex: something was pushed, or the queue ended
	list []Event
	cost int   // of list
	idle bool  // Next waits
	err  error // what Next gives after the list; nil while the port lives
}

// eventCost is what an event weighs beside its bytes, so that events without bytes are bounded too.
const eventCost = 64

func newQueue(mu *sync.Mutex) queue { return queue{cond: sync.NewCond(mu)} }

// push appends an event. Bytes go onto the end of bytes, so that a host that writes one at a time costs no event each.
func (q *queue) push(e Event) {
	if n := len(q.list); n > 0 && e.Kind == Data && q.list[n-1].Kind == Data {
		q.list[n-1].Data = append(q.list[n-1].Data, e.Data...)
		q.cost += len(e.Data)
		return
	}
	q.list = append(q.list, e)
	q.cost += eventCost + len(e.Data)
	q.cond.Broadcast()
}

// next waits for an event; the owner's mutex is held.
func (q *queue) next() (Event, error) {
	for len(q.list) == 0 {
		if q.err != nil {
			return Event{}, q.err
		}
		if !q.idle {
			q.idle = true
			q.cond.Broadcast()
		}
		q.cond.Wait()
	}
	q.idle = false
	e := q.list[0]
	q.list[0] = Event{}
	q.list = q.list[1:]
	q.cost -= eventCost + len(e.Data)
	return e, nil
}

// end lets next give err after what is in the list; the first end counts.
func (q *queue) end(err error) {
	if q.err == nil {
		q.err = err
		q.cond.Broadcast()
	}
}

// dataReader reads the bytes of a Lines as a stream and drops everything else.
type dataReader struct {
	mu   sync.Mutex
	left []byte
}

func (r *dataReader) read(l Lines, b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(b) == 0 {
		return 0, nil
	}
	for len(r.left) == 0 {
		e, err := l.Next()
		if err != nil {
			return 0, err
		}
		r.left = e.Data
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}
