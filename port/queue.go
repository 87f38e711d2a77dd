package port

import (
	"slices"
	"sync"
	"time"
)

// Limits of every port on a file or a socket.
const (
	pendingMax = 64 << 10               // cost of queued events from which on the host is not read
	closeDrain = 200 * time.Millisecond // how long Close waits for the host to read what was written
	settleTime = time.Second            // how long Settle waits for a caller of Next
)

// queue holds the events that wait for Next. It is guarded by its owner's mutex.
type queue struct {
	cond *sync.Cond // on the owner's mutex; signals a push, the end, and idle
	list []Event
	cost int   // of list
	idle bool  // a call of next waits
	err  error // what next returns after the list; nil while the port lives
}

// eventCost is what an event costs beside its bytes, so that events without bytes are bounded too.
const eventCost = 64

func newQueue(mu *sync.Mutex) queue { return queue{cond: sync.NewCond(mu)} }

// push appends an event. Bytes that follow bytes are added to the same event, so that a host that
// writes single bytes does not make an event of each.
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
	q.list = slices.Delete(q.list, 0, 1)
	q.cost -= eventCost + len(e.Data)
	return e, nil
}

// end makes next return err after the events in the list. Only the first call counts.
func (q *queue) end(err error) {
	if q.err == nil {
		q.err = err
		q.cond.Broadcast()
	}
}

// dataReader reads the Data events of a Lines as a stream and drops all others.
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
