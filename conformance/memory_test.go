//go:build conformance

package conformance

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// memoryBound is how much heap a transfer may use, however long it is, in bytes.
const memoryBound = 64 << 20

// boundMemory fails the test if, until its end, the heap of the process grows by more than
// memoryBound.
func boundMemory(t *testing.T) {
	t.Helper()
	runtime.GC()
	baseline := heap()
	peak := baseline
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			peak = max(peak, heap())
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	})
	t.Cleanup(func() {
		close(stop)
		watching.Wait()
		t.Logf("heap in use: %.1f MiB, at its peak %.1f MiB", mib(baseline), mib(peak))
		if peak-baseline > memoryBound {
			t.Errorf("the heap grew by %.1f MiB", mib(peak-baseline))
		}
	})
}

// heap returns the heap in use by the process, in bytes.
func heap() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapInuse
}

func mib(n uint64) float64 { return float64(n) / (1 << 20) }
