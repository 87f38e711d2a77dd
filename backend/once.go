package backend

import "sync/atomic"

// once runs the first caller's function; other callers wait until it has
// returned. It is for testing/synctest bubbles, whose clock stops while a
// goroutine waits for the lock of a sync.Once.
type once struct {
	taken atomic.Bool
	done  chan struct{}
}

func newOnce() once { return once{done: make(chan struct{})} }

func (o *once) do(act func()) {
	if !o.taken.CompareAndSwap(false, true) {
		<-o.done
		return
	}
	defer close(o.done)
	act()
}
