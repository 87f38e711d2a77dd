package backend

import "sync/atomic"

// only lets the first caller act; the others wait until it has. sync.Once does
// the same, but a wait for a lock stops the clock of a testing/synctest bubble.
type only struct {
	taken atomic.Bool
	done  chan struct{}
}

func newOnly() only { return only{done: make(chan struct{})} }

func (o *only) do(act func()) {
	if !o.taken.CompareAndSwap(false, true) {
		<-o.done
		return
	}
	defer close(o.done)
	act()
}
