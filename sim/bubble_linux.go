package sim

import (
	"syscall"
	"time"
)

// inBubble reports whether the caller runs in a bubble of testing/synctest:
// there time.Now is the bubble's clock, which begins in the year 2000, while
// the system's goes on.
func inBubble() bool {
	var system syscall.Timeval
	if syscall.Gettimeofday(&system) != nil {
		return false
	}
	return time.Since(time.Unix(system.Unix())).Abs() > time.Hour
}
